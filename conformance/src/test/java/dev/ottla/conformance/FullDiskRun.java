package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A broker fills its disk. Needs root and loop devices; where it cannot run it fails and says why. */
class FullDiskRun {
    private static final int DISK_MIB = 200;
    private static final Map<String, String> SETTINGS = Map.of(
            "ottla.journal.max.bytes", "16777216",
            "log.segment.bytes", "4194304",
            "log.retention.check.interval.ms", "300",
            "log.segment.delete.delay.ms", "300",
            "auto.create.topics.enable", "false");
    private static final String LOG = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final TopicPartition KEEP = new TopicPartition("keep", 0);
    private static final TopicPartition KEEP_TOO = new TopicPartition("keep", 1);
    private static final TopicPartition TRIM = new TopicPartition("trim", 0);
    private static final TopicPartition DROP = new TopicPartition("drop", 0);

    private final AckedHistory acked = new AckedHistory();

    /** What makes room, whether a stranger has taken what the broker leaves free, its reserve, and how the broker ends. */
    enum Freeing {
        DELETE_RECORDS(false, true),
        DELETE_RECORDS_BESIDE_A_STRANGER(true, true),
        DELETE_A_TOPIC(true, false);

        final boolean stranger;
        final boolean cleanStop;

        Freeing(boolean stranger, boolean cleanStop) {
            this.stranger = stranger;
            this.cleanStop = cleanStop;
        }

        void make(FullDiskRun run, Target broker, FaultLoad load) throws Exception {
            switch (this) {
                case DELETE_RECORDS, DELETE_RECORDS_BESIDE_A_STRANGER -> run.deleteRecords(broker);
                case DELETE_A_TOPIC -> run.deleteTopic(broker, load);
            }
        }
    }

    @BeforeAll
    static void needsADiskOfItsOwn() {
        LoopDisk.cleanUpAfterDeadRuns();
        assertThat(LoopDisk.whyNot())
                .as("a full disk cannot be tried on this machine")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Freeing.class)
    void whatIsAcknowledgedStaysAndDeletingMakesRoomWithoutARestart(Freeing freeing) throws Exception {
        try (LoopDisk disk = LoopDisk.create(DISK_MIB)) {
            Path errors = disk.outside().resolve("broker.err");
            Path data = disk.root().resolve("broker");
            try (BrokerProcess broker = BrokerProcess.start(data, errors, SETTINGS, LOG)) {
                // Given a broker under load until its disk is full
                createTopics(broker);
                try (FaultLoad load = new FaultLoad(broker, "first", List.of(KEEP, KEEP_TOO, TRIM, DROP), acked)) {
                    awaitRefusals(broker, load);
                    if (freeing.stranger) {
                        // And a stranger who takes the rest of it, to the last byte
                        fillUp(disk.root().resolve("filler"));
                        assertThat(usableBytes(disk)).isZero();
                        assertThat(data.resolve("data/ottla-ballast")).exists();
                        awaitRefusals(broker, load);
                    }
                    createTopic(broker, "created-when-full");
                    // When records or a topic are deleted
                    // Then all that was acknowledged can be read all the same, and there is room again
                    readAll(broker, "on the full disk");
                    Map<TopicPartition, Long> before = acknowledged(load);
                    freeing.make(this, broker, load);
                    awaitProgress(load, before);
                    load.stop();
                    load.check();
                }
                // The load may have filled it again by now, most of it with what the next deletion does not give back.
                if (freeing.stranger) {
                    Files.delete(disk.root().resolve("filler"));
                } else {
                    deleteRecords(broker);
                }
                awaitCreated(broker, "created-when-full");
                readAll(broker, "with room again");
                if (freeing.cleanStop) {
                    assertThat(broker.stop()).as("exit code of a clean stop").isIn(0, 143);
                } else {
                    broker.kill();
                }
            } catch (AssertionError | Exception wrong) {
                System.out.println("the broker said: " + tail(errors));
                throw wrong;
            }
            // Then what was not deleted is there after the next start
            try (BrokerProcess broker = BrokerProcess.start(data, errors, SETTINGS, LOG)) {
                readAll(broker, "after the start");
                assertThat(acked.size()).as("acknowledged and not deleted").isGreaterThan(1_000);
            }
            System.out.println("full disk, " + freeing + ": " + acked.size() + " records acknowledged and not deleted");
        }
    }

    /** Its creation is acknowledged, so it must come to work. */
    private static void createTopic(Target broker, String topic) throws Exception {
        try (Admin admin = JavaClient.admin(broker)) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(20, TimeUnit.SECONDS);
        }
    }

    private static void awaitCreated(Target broker, String topic) throws Exception {
        try (var producer = JavaClient.producer(broker, Map.of())) {
            assertThat(producer.send(new ProducerRecord<>(topic, "one"))
                            .get(20, TimeUnit.SECONDS)
                            .offset())
                    .isZero();
        }
    }

    private static String tail(Path errors) throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    private static void createTopics(Target broker) throws Exception {
        try (Admin admin = JavaClient.admin(broker)) {
            admin.createTopics(List.of(
                            new NewTopic("keep", 2, (short) 1),
                            new NewTopic("trim", 1, (short) 1),
                            new NewTopic("drop", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static void awaitRefusals(BrokerProcess broker, FaultLoad load) {
        long before = load.refused(KEEP);
        await().atMost(LONG).until(() -> load.refused(KEEP) > before + 10 || !broker.isAlive());
        assertThat(broker.isAlive()).as("the broker lives").isTrue();
        load.check();
    }

    /** Writes until nothing more goes in. */
    private static void fillUp(Path file) throws IOException {
        for (int pieceBytes : new int[] {1 << 20, 4096, 1}) {
            try (OutputStream out = new FileOutputStream(file.toFile(), true)) {
                byte[] piece = new byte[pieceBytes];
                while (true) {
                    out.write(piece);
                }
            } catch (IOException full) {
                assertThat(full).hasMessageContaining("No space left");
            }
        }
    }

    private static long usableBytes(LoopDisk disk) throws IOException {
        return Files.getFileStore(disk.root()).getUsableSpace();
    }

    private void deleteRecords(Target broker) throws Exception {
        try (Admin admin = JavaClient.admin(broker)) {
            long start = admin.deleteRecords(Map.of(TRIM, RecordsToDelete.beforeOffset(-1)))
                    .lowWatermarks()
                    .get(TRIM)
                    .get(20, TimeUnit.SECONDS)
                    .lowWatermark();
            assertThat(start).isPositive();
            acked.forget(TRIM, start);
        }
    }

    private void deleteTopic(Target broker, FaultLoad load) throws Exception {
        load.pause(DROP.topic());
        try (Admin admin = JavaClient.admin(broker)) {
            admin.deleteTopics(List.of(DROP.topic())).all().get(20, TimeUnit.SECONDS);
            acked.forget(DROP.topic());
        }
    }

    private static Map<TopicPartition, Long> acknowledged(FaultLoad load) {
        return Stream.of(KEEP, KEEP_TOO, TRIM).collect(Collectors.toMap(it -> it, load::acknowledged));
    }

    /** @param before of all: while one is waited for, the others may fill the disk again */
    private static void awaitProgress(FaultLoad load, Map<TopicPartition, Long> before) {
        before.forEach((partition, acknowledged) -> await().atMost(LONG)
                .untilAsserted(() -> assertThat(load.acknowledged(partition))
                        .as("acknowledged by " + partition + " with room again")
                        .isGreaterThan(acknowledged + 10)));
    }

    private void readAll(Target broker, String when) {
        for (TopicPartition partition : List.of(KEEP, KEEP_TOO, TRIM)) {
            FaultReader.check(broker, when, partition, acked);
        }
    }
}
