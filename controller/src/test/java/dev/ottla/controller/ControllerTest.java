package dev.ottla.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.controller.CreateTopics.NewTopic;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.MetadataEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reply that never comes must fail a test, not hang the build: hence the thread of its own. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControllerTest {
    @TempDir
    private Path folder;

    private final FaultyFiles files = new FaultyFiles();
    private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stopCallers() {
        callers.shutdownNow();
    }

    @Test
    void aReplyLeavesOnlyAfterItsForceAndItsPublication() throws IOException {
        try (Controller controller = start();
                FaultyFiles.Gate gate = files.holdForces()) {
            // Given a force that does not end
            List<ClusterImage> published = new CopyOnWriteArrayList<>();
            controller.addListener((before, after, events) -> published.add(after));
            int forces = files.forces();
            // When a topic is created
            CompletableFuture<List<CreateTopics.Result>> reply = submit(controller, create("a"));
            await().until(() -> files.forces() > forces);
            // Then nobody sees it
            assertThat(reply).isNotDone();
            assertThat(controller.image().topic("a")).isNull();
            assertThat(published).hasSize(1);
            // Until the force ends
            gate.open();
            assertThat(reply.join().getFirst().outcome()).isEqualTo(Outcome.OK);
            assertThat(controller.image().topic("a")).isNotNull();
            assertThat(published).hasSize(2);
        }
    }

    @Test
    void commandsThatWaitTogetherShareOneForceAndRefusalsWaitWithThem() throws IOException {
        try (Controller controller = start();
                FaultyFiles.Gate gate = files.holdForces()) {
            // Given a force that does not end, and commands behind it
            int forces = files.forces();
            CompletableFuture<?> first = submit(controller, create("first"));
            await().until(() -> files.forces() > forces);
            List<CompletableFuture<List<CreateTopics.Result>>> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                waiting.add(submit(controller, create("same")));
            }
            CompletableFuture<Boolean> refused = submit(controller, new CreateCluster("another"));
            await().until(() -> controller.queued() == 51);
            // When it ends, and the next one does not
            try (FaultyFiles.Gate next = files.holdForces()) {
                gate.open();
                await().until(() -> files.forces() == forces + 2);
                // Then not even a refusal leaves, for it rests on a topic that is not durable
                assertThat(first).isDone();
                assertThat(waiting).noneMatch(CompletableFuture::isDone);
                assertThat(refused).isNotDone();
                next.open();
            }
            CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();
            // And one force was enough for all, and one of them created the topic
            assertThat(files.forces()).isEqualTo(forces + 2);
            assertThat(waiting.stream()
                            .map(reply -> reply.join().getFirst().outcome())
                            .filter(Outcome::isOk))
                    .hasSize(1);
        }
    }

    @Test
    void afterAFailedForceNothingSucceedsAndTheFatalHandlerIsTold() throws IOException {
        try (Controller controller = start()) {
            // Given
            assertThat(controller.submit(create("a")).getFirst().outcome()).isEqualTo(Outcome.OK);
            files.failOneForce();
            // When and then
            assertThatThrownBy(() -> controller.submit(create("b")))
                    .isInstanceOfSatisfying(
                            OttlaException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR));
            assertThatThrownBy(() -> controller.submit(new AllocateProducerIds(1)))
                    .isInstanceOf(OttlaException.class);
            assertThatThrownBy(() -> controller.addListener((before, after, events) -> {}))
                    .isInstanceOf(OttlaException.class);
            assertThat(controller.image().topic("b")).isNull();
            await().until(() -> fatal.size() == 1);
        }
    }

    @Test
    void onAFullDiskCommandsAreRefusedAndTheControllerGoesOn() throws IOException {
        try (Controller controller = start();
                FaultyFiles.Gate gate = files.holdForces()) {
            // Given a command whose force does not end, and behind it a creation and a listener
            int forces = files.forces();
            CompletableFuture<?> first = submit(controller, create("first"));
            await().until(() -> files.forces() > forces);
            CompletableFuture<List<CreateTopics.Result>> refused = submit(controller, create("refused"));
            await().until(() -> controller.queued() == 1);
            List<ClusterImage> heard = new CopyOnWriteArrayList<>();
            CompletableFuture<Void> listening = CompletableFuture.runAsync(
                    () -> controller.addListener((before, after, events) -> heard.add(after)), callers);
            await().until(() -> controller.queued() == 2);
            // When the disk is full by then
            files.full(true);
            gate.open();
            // Then the creation is refused and undone, and the listener hears of what is durable
            assertThatThrownBy(refused::join)
                    .cause()
                    .isInstanceOfSatisfying(
                            OttlaException.class,
                            told -> assertThat(told.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR));
            first.join();
            listening.join();
            assertThat(controller.image().topic("refused")).isNull();
            assertThat(heard).containsExactly(controller.image());
            // And with room it is done
            files.full(false);
            assertThat(controller.submit(create("refused")).getFirst().outcome())
                    .isEqualTo(Outcome.OK);
            assertThat(fatal).isEmpty();
        }
        try (Controller again = start()) {
            assertThat(again.image().topic("first")).isNotNull();
            assertThat(again.image().topic("refused")).isNotNull();
        }
    }

    @Test
    void commandsQueuedBehindAFailedForceFailToo() throws IOException {
        try (Controller controller = start();
                FaultyFiles.Gate gate = files.holdForces()) {
            int forces = files.forces();
            List<CompletableFuture<?>> replies = new ArrayList<>();
            replies.add(submit(controller, create("first")));
            await().until(() -> files.forces() > forces);
            for (int i = 0; i < 20; i++) {
                replies.add(submit(controller, create("t" + i)));
            }
            await().until(() -> controller.queued() == 20);
            files.failOneForce();
            gate.open();
            for (CompletableFuture<?> reply : replies) {
                assertThatThrownBy(reply::join).hasCauseInstanceOf(OttlaException.class);
            }
        }
    }

    @Test
    void aListenerThatFailsStopsTheController() throws IOException {
        try (Controller controller = start()) {
            controller.addListener((before, after, events) -> {
                if (after.topic("a") != null) {
                    throw new IllegalStateException("listener");
                }
            });
            assertThatThrownBy(() -> controller.submit(create("a"))).isInstanceOf(OttlaException.class);
            await().until(() -> fatal.size() == 1);
        }
    }

    @Test
    void listenersHearTheWholeImageFirstAndThenEveryEventInOrder() throws IOException {
        try (Controller controller = start()) {
            controller.submit(create("before"));
            List<MetadataEvent> heard = new CopyOnWriteArrayList<>();
            List<ClusterImage> images = new CopyOnWriteArrayList<>(List.of(ClusterImage.EMPTY));
            controller.addListener((before, after, events) -> {
                assertThat(before).isEqualTo(heard.isEmpty() ? ClusterImage.EMPTY : images.getLast());
                heard.addAll(events);
                images.add(after);
            });
            controller.submit(create("after"));
            controller.submit(new DeleteTopics(List.of(DeleteTopics.Target.named("before"))));
            assertThat(ClusterImage.EMPTY.apply(heard)).isEqualTo(controller.image());
        }
    }

    @Test
    void anImageSurvivesARestart() throws IOException {
        ClusterImage before;
        try (Controller controller = start()) {
            controller.submit(create("a"));
            before = controller.image();
        }
        try (Controller controller = start()) {
            assertThat(controller.image().topics()).isEqualTo(before.topics());
            assertThat(controller.image().clusterId()).isEqualTo("test");
            assertThat(controller.submit(new CreateCluster("test"))).isFalse();
        }
    }

    @Test
    void commandsAfterTheEndAreRefused() throws IOException {
        Controller controller = start();
        controller.close();
        assertThatThrownBy(() -> controller.submit(create("a")))
                .isInstanceOfSatisfying(
                        OttlaException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_CONTROLLER));
        assertThat(fatal).isEmpty();
    }

    @Test
    void theLiveImageEqualsTheReplayAfterEveryStep() throws IOException {
        for (long seed = 1; seed <= 5; seed++) {
            Path here = folder.resolve("seed-" + seed);
            RandomCommands commands = new RandomCommands(RandomSource.seeded(seed));
            LocalMetadataLog log = LocalMetadataLog.open(Files.system(), here, 3_000);
            try (Controller controller = Controller.start(
                    new ControllerSettings(1, Map.of()), log, Clock.system(), RandomSource.seeded(seed), fatal::add)) {
                controller.submit(new CreateCluster("test"));
                controller.submit(new RegisterBroker(1, List.of(), null, List.of()));
                for (int step = 0; step < 150; step++) {
                    controller.submit(commands.next());
                    // compaction follows the reply; an allocation waits it out
                    controller.submit(new ElectLeaders((byte) 0, List.of()));
                    assertThat(replay(here)).as("seed %d, step %d", seed, step).isEqualTo(controller.image());
                }
            }
        }
        assertThat(fatal).isEmpty();
    }

    private static ClusterImage replay(Path folder) throws IOException {
        try (LocalMetadataLog copy = LocalMetadataLog.open(Files.system(), folder)) {
            return copy.opened();
        }
    }

    private Controller start() throws IOException {
        LocalMetadataLog log = LocalMetadataLog.open(files, folder.resolve("metadata"));
        Controller controller = Controller.start(
                new ControllerSettings(1, Map.of()), log, Clock.system(), RandomSource.seeded(1), fatal::add);
        controller.submit(new CreateCluster("test"));
        controller.submit(new RegisterBroker(1, List.of(), null, List.of()));
        return controller;
    }

    private <R> CompletableFuture<R> submit(Controller controller, Command<R> command) {
        return CompletableFuture.supplyAsync(() -> controller.submit(command), callers);
    }

    private static CreateTopics create(String name) {
        return new CreateTopics(List.of(new NewTopic(name, 1, 1)), false);
    }
}
