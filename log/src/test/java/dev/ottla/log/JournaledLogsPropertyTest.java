package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeded histories of journaled partitions that are appended to, forced, cut at both ends, deleted and made again by the same name, on a disk that
 * loses what was not forced: nothing durable is ever lost, and nothing that was taken away comes back.
 */
class JournaledLogsPropertyTest {
    private static final int RUNS = Integer.getInteger("ottla.journal.runs", 400);
    private static final long FIRST_SEED = Long.getLong("ottla.journal.seed", 1);
    private static final int STEPS = 120;
    private static final int NAMES = 3;
    private static final long JOURNAL_BYTES = 256 << 10;

    private record Batch(long base, long next, ByteBuffer bytes) {}

    /** What is known of one partition: below durable nothing may be lost, at and above end nothing may be there. */
    private static final class Model {
        final TopicPartition id;
        final List<Batch> batches = new ArrayList<>();
        long durable;
        long end;
        long start;
        long startTried;

        Model(TopicPartition id) {
            this.id = id;
        }
    }

    private final Map<String, Model> alive = new HashMap<>();
    private final List<TopicPartition> deleted = new ArrayList<>();
    private RandomSource random;
    private SimulatedFiles files;
    private TestFolder test;
    private long nextTopic;

    @ParameterizedTest
    @ValueSource(strings = {"killed", "power"})
    void nothingDurableIsLostAndNothingTakenAwayComesBack(String faults) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            begin(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    step(faults);
                }
                crash(faults);
            } catch (AssertionError | RuntimeException | IOException failure) {
                throw new AssertionError("seed " + seed + ", faults " + faults + ": " + failure, failure);
            }
        }
    }

    private void begin(long seed) throws IOException {
        random = RandomSource.seeded(seed);
        files = new SimulatedFiles();
        files.worthwhileForces = (seed & 1) == 0 ? 0 : Integer.MAX_VALUE;
        alive.clear();
        deleted.clear();
        nextTopic = 1;
        test = new TestFolder(files, Path.of("/data"), TestFolder.small(700 + below(3000)), JOURNAL_BYTES);
    }

    private int below(int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }

    private void step(String faults) throws IOException {
        Model model = alive.computeIfAbsent("topic-" + below(NAMES), this::create);
        PartitionLog log = log(model);
        switch (below(25)) {
            case 14 -> switchJournal(model, log);
            case 0 -> log.roll();
            case 1 -> deleteRecords(model, log);
            case 2 -> truncate(model, log);
            case 3 -> log.flush();
            case 4 -> tick();
            case 5 -> delete(model);
            case 6, 7 -> crash(faults);
            case 8 -> retain(model, log);
            case 9 -> restart();
            case 10, 11, 12, 13 -> commit();
            default -> append(model, log);
        }
    }

    private Model create(String name) {
        TopicPartition id = new TopicPartition(new TopicId(9, nextTopic++), name, 0);
        if (below(2) == 0) {
            test.folder.prepare(List.of(id));
        }
        test.folder.create(id, test.config);
        return new Model(id);
    }

    private PartitionLog log(Model model) {
        PartitionLog log = test.folder.get(model.id);
        assertThat(log).as("%s", model.id).isNotNull();
        return log;
    }

    private void append(Model model, PartitionLog log) {
        String[] values = new String[1 + below(3)];
        for (int i = 0; i < values.length; i++) {
            values[i] = model.id.topic() + "x".repeat(below(150));
        }
        ByteBuffer batch = TestFolder.batch(test.nowMs, values);
        AppendResult result = log.append(batch, BatchHeader.maxTimestampMs(batch, 0), 0, 1, test.nowMs);
        assertThat(result.succeeded()).as("%s", result).isTrue();
        assertThat(result.baseOffset()).isEqualTo(model.end);
        model.end = result.lastOffset() + 1;
        model.batches.add(new Batch(result.baseOffset(), model.end, batch));
        if (below(2) == 0) {
            log.advanceHighWatermark(model.end);
        }
        assertThat(log.highWatermark()).isLessThanOrEqualTo(log.durableOffset());
    }

    private void commit() throws IOException {
        test.commit();
        for (Model model : alive.values()) {
            PartitionLog log = log(model);
            assertThat(log.durableOffset()).isEqualTo(model.end);
            log.advanceHighWatermark(model.end);
            durable(model, log);
        }
    }

    /** As somebody changes ottla.journal.enable of a topic in use. A start knows the setting, which is on again then. */
    private void switchJournal(Model model, PartitionLog log) {
        log.configure(log.isJournaled() ? test.config.withoutJournal() : test.config);
        model.durable = model.end;
        assertThat(log.flushedOffset()).isEqualTo(model.end);
    }

    private void deleteRecords(Model model, PartitionLog log) {
        long target = log.startOffset() + below((int) (log.highWatermark() - log.startOffset()) + 1);
        model.startTried = Math.max(model.startTried, target);
        log.deleteRecords(target);
        model.start = Math.max(model.start, target);
        durable(model, log);
    }

    private void retain(Model model, PartitionLog log) {
        if (below(4) == 0) {
            test.nowMs += test.config.retentionMs() + 10_000;
        }
        log.applyRetention(test.nowMs);
        retained(model, log);
    }

    private void tick() {
        test.tick(below(40_000));
        alive.values().forEach(model -> retained(model, log(model)));
    }

    private static void retained(Model model, PartitionLog log) {
        model.start = log.startOffset();
        model.startTried = Math.max(model.startTried, model.start);
        durable(model, log);
    }

    /** Waiting for one entry makes all before it durable; without the journal only a force does, whatever counts as committed. */
    private static void durable(Model model, PartitionLog log) {
        model.durable = Math.max(model.durable, log.isJournaled() ? log.durableOffset() : log.flushedOffset());
    }

    private void truncate(Model model, PartitionLog log) {
        long target = log.startOffset() + below((int) (model.end - log.startOffset()) + 1);
        log.truncateTo(target);
        if (target < model.end) {
            model.batches.removeIf(batch -> batch.next() > target);
            model.end = log.endOffset();
            assertThat(model.end).isLessThanOrEqualTo(target);
            model.durable = model.end;
            // A log cannot begin behind its end.
            model.start = log.startOffset();
            model.startTried = model.start;
        }
    }

    private void delete(Model model) {
        test.folder.delete(model.id);
        alive.remove(model.id.topic());
        deleted.add(model.id);
    }

    private void restart() throws IOException {
        test.restart();
        for (Model model : alive.values()) {
            assertThat(log(model).endOffset()).isEqualTo(model.end);
            model.durable = model.end;
        }
        check();
    }

    private void crash(String faults) throws IOException {
        if (faults.equals("power")) {
            files.powerCut(random);
        } else {
            files.killed();
        }
        if (below(4) == 0) {
            crashInRecovery(faults);
        }
        test.open();
        check();
    }

    /** The second crash comes somewhere in the recovery from the first. */
    private void crashInRecovery(String faults) {
        int[] left = {below(60)};
        files.failForce = path -> left[0]-- <= 0;
        try {
            test.open();
        } catch (IOException | RuntimeException cut) {
            // Several threads recover: which of them tells first of the failed folder is chance.
            assertThat(String.valueOf(cut)).containsAnyOf("Input/output error", "folder has failed");
        }
        files.failForce = path -> false;
        if (faults.equals("power")) {
            files.powerCut(random);
        } else {
            files.killed();
        }
    }

    private void check() throws IOException {
        for (TopicPartition gone : deleted) {
            assertThat(test.folder.get(gone)).as("%s", gone).isNull();
        }
        for (Model model : alive.values()) {
            PartitionLog log = log(model);
            assertThat(log.offlineReason()).isNull();
            assertThat(log.endOffset()).as("end of %s", model.id).isBetween(model.durable, model.end);
            assertThat(log.startOffset()).as("start of %s", model.id).isBetween(model.start, model.startTried);
            long end = log.endOffset();
            model.batches.removeIf(batch -> batch.next() > end);
            model.end = end;
            model.durable = end;
            model.start = log.startOffset();
            model.startTried = model.start;
            log.advanceHighWatermark(end);
            assertThat(log.highWatermark()).isEqualTo(end);
            assertContent(model, log);
        }
    }

    private static void assertContent(Model model, PartitionLog log) throws IOException {
        List<ByteBuffer> expected = model.batches.stream()
                .filter(batch -> batch.next() > log.startOffset())
                .map(Batch::bytes)
                .toList();
        List<ByteBuffer> found = TestFolder.readAll(log, log.startOffset(), 2000);
        assertThat(found).as("content of %s", model.id).isEqualTo(expected);
    }
}
