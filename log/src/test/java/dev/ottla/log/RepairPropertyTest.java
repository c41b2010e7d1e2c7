package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.log.checkpoint.CleanShutdownMark;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.Finding;
import dev.ottla.log.inspect.PartitionFiles;
import dev.ottla.log.inspect.PartitionMarks;
import dev.ottla.log.inspect.Report;
import dev.ottla.log.repair.OffsetRange;
import dev.ottla.log.repair.RepairPlan;
import dev.ottla.log.repair.RepairPlanner;
import dev.ottla.log.repair.Repairer;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Files of a log are damaged at random; a repair gives up what is said, and keeps all the rest. */
class RepairPropertyTest {
    private static final Path DATA = Path.of("/data");
    private static final int ROUNDS = Integer.getInteger("ottla.repair.rounds", 40);
    private static final long FIRST_SEED = Long.getLong("ottla.repair.seed", 1);
    private static final Report NOBODY = new Report() {
        @Override
        public void finding(Finding finding) {}

        @Override
        public void progress(long bytes) {}
    };

    private RandomSource random = RandomSource.seeded(0);

    private int below(int bound) {
        return Math.floorMod(random.nextLong(), bound);
    }

    @Test
    void whatIsNotGivenUpStaysAndNoOffsetIsUsedAgain() throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            random = RandomSource.seeded(seed);
            try {
                round();
            } catch (IOException | RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed + ": " + failure, failure);
            }
        }
    }

    private void round() throws IOException {
        // Given a log with something of everything, closed in order
        SimulatedFiles files = new SimulatedFiles();
        TestFolder test = InspectedFolder.filled(files, DATA, 100);
        test.open();
        Map<Long, ByteBuffer> before = batches(test);
        long end = test.log().endOffset();
        test.restart();
        test.folder.close(7);

        // When one or more places of its files are damaged, and it is repaired
        List<Path> all = files.list(test.partitionPath());
        for (int places = 1 + below(3); places > 0; places--) {
            Path file = all.get(below(all.size()));
            if (!file.toString().endsWith("metadata")) {
                files.put(file, damaged(files.content(file)));
            }
        }
        RepairPlan plan = repair(files, test.partitionPath());

        // Then it is whole, and a broker opens it, whether it was closed in order or not
        assertThat(InspectedFolder.damages(files, DATA)).isEmpty();
        if (below(2) == 0) {
            files.deleteIfExists(DATA.resolve(CleanShutdownMark.FILE));
        }
        test.open();
        assertThat(test.log().offlineReason()).isNull();
        assertThat(test.log().endOffset()).isEqualTo(end);

        // And every batch outside of what was given up is there as it was
        Map<Long, ByteBuffer> after = batches(test);
        for (Map.Entry<Long, ByteBuffer> batch : before.entrySet()) {
            if (!isLost(batch.getKey(), plan.lost())) {
                assertThat(after.get(batch.getKey()))
                        .as("batch at " + batch.getKey())
                        .isEqualTo(batch.getValue());
            }
        }
        for (Map.Entry<Long, ByteBuffer> batch : after.entrySet()) {
            assertThat(batch.getValue().equals(before.get(batch.getKey()))
                            || BatchHeader.count(batch.getValue(), 0) == 0)
                    .as("batch at " + batch.getKey())
                    .isTrue();
        }
        assertThat(test.append(TestFolder.batch(test.nowMs, "next")).baseOffset())
                .isEqualTo(end);
    }

    private static boolean isLost(long offset, List<OffsetRange> lost) {
        return lost.stream().anyMatch(range -> range.first() <= offset && offset <= range.last());
    }

    private static Map<Long, ByteBuffer> batches(TestFolder test) throws IOException {
        Map<Long, ByteBuffer> batches = new TreeMap<>();
        for (ByteBuffer batch : TestFolder.readAll(test.log(), 0, 10_000)) {
            batches.put(BatchHeader.baseOffset(batch, 0), batch);
        }
        return batches;
    }

    static RepairPlan repair(SimulatedFiles files, Path folder) throws IOException {
        PartitionFiles partition = PartitionFiles.list(files, folder);
        PartitionMarks marks = DataFolder.open(files, DATA).marks(partition.name());
        RepairPlan plan = new RepairPlanner(files, partition, marks).plan(NOBODY);
        new Repairer(files, partition, plan, marks.recoveryPoint()).run();
        return plan;
    }

    private byte[] damaged(byte[] whole) {
        if (whole.length == 0) {
            return whole;
        }
        byte[] result = whole.clone();
        int from = below(whole.length);
        switch (below(5)) {
            case 0, 1 -> result[from] ^= (byte) (1 << below(8));
            case 2 -> Arrays.fill(result, from, from + below(whole.length - from) + 1, (byte) 0);
            case 3 -> {
                for (int i = from + below(Math.min(500, whole.length - from)); i >= from; i--) {
                    result[i] = (byte) random.nextLong();
                }
            }
            default -> result = Arrays.copyOf(whole, from);
        }
        return result;
    }

    @Test
    void aCrashDuringARepairLeavesTheDamageOrTheRepair() throws IOException {
        for (int step = 0; step < 60; step++) {
            // Given a closed segment with a flipped bit, and a disk that fails at some change of it
            SimulatedFiles files = new SimulatedFiles();
            TestFolder test = InspectedFolder.filled(files, DATA, 100);
            Path file = test.partitionPath().resolve("00000000000000000000.log");
            byte[] content = files.content(file).clone();
            content[content.length / 2] ^= 4;
            files.put(file, content);
            long end = DataFolder.open(files, DATA)
                    .marks(TestFolder.PARTITION.folderName())
                    .recoveryPoint();

            // When the power goes in the middle of the repair
            PartitionFiles partition = PartitionFiles.list(files, test.partitionPath());
            PartitionMarks marks = DataFolder.open(files, DATA).marks(partition.name());
            RepairPlan plan = new RepairPlanner(files, partition, marks).plan(NOBODY);
            FailingChanges failing = new FailingChanges(files, step);
            boolean finished = true;
            try {
                new Repairer(failing, partition, plan, marks.recoveryPoint()).run();
            } catch (FailingChanges.PowerCut cut) {
                finished = false;
            }
            files.powerCut(RandomSource.seeded(step));

            // Then a start serves it whole or not at all
            test.open();
            if (test.log().offlineReason() == null) {
                assertThat(test.log().endOffset()).isEqualTo(end);
                assertEveryBatchIsFound(test, step);
                test.folder.close(7);
            } else {
                assertThat(finished).as("step %d", step).isFalse();
                assertThat(test.log().offlineReason()).contains("ottla log repair orders-3", file.toString());
                files.killed();
            }

            // And repairing again makes it whole
            repair(files, test.partitionPath());
            test.open();
            assertThat(test.log().offlineReason()).as("step %d", step).isNull();
            assertThat(test.log().endOffset()).isEqualTo(end);
            assertEveryBatchIsFound(test, step);
            if (finished) {
                return;
            }
        }
        throw new AssertionError("The repair did not come to its end in so many steps");
    }

    /** By its own offset, which asks the index. */
    private static void assertEveryBatchIsFound(TestFolder test, int step) throws IOException {
        for (long base : batches(test).keySet()) {
            try (LogSlice slice = test.log().read(base, 1, Long.MAX_VALUE, true)) {
                ByteBuffer bytes = ByteBuffer.allocate(slice.sizeBytes());
                slice.copyTo(0, bytes);
                assertThat(BatchHeader.baseOffset(bytes, 0))
                        .as("step %d, batch at %d", step, base)
                        .isEqualTo(base);
            }
        }
    }
}
