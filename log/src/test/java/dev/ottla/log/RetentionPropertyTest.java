package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Retention by time and by size, past open transactions and not past the high watermark, beside Apache Kafka's own log: what is left, and what of it
 * is stable, is the same after every step.
 */
class RetentionPropertyTest {
    private static final int RUNS = Integer.getInteger("ottla.retention.runs", 20);
    private static final long SEED = Long.getLong("ottla.retention.seed", 1);
    private static final int STEPS = 120;
    private static final int PRODUCERS = 3;

    @TempDir
    private Path home;

    @Test
    void whatIsLeftIsWhatApacheKafkaLeaves() throws IOException {
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            try (Run run = new Run(home.resolve("seed" + seed), seed)) {
                for (int step = 0; step < STEPS; step++) {
                    run.step();
                    run.compare("seed " + seed + ", step " + step);
                }
            }
        }
    }

    /** The same history for both. */
    private static final class Run implements AutoCloseable {
        final RandomSource random;
        final TestFolder ours;
        final KafkaLog kafka;
        final int[] sequences = new int[PRODUCERS];
        final boolean[] open = new boolean[PRODUCERS];

        Run(Path home, long seed) throws IOException {
            random = RandomSource.seeded(seed);
            long retentionMs = below(3) == 0 ? -1 : 1_000 + below(5_000);
            long retentionBytes = below(3) == 0 ? -1 : 500 + below(4_000);
            ours = new TestFolder(
                    new SimulatedFiles(), Path.of("/data"), TestFolder.retaining(1 << 28, retentionMs, retentionBytes));
            kafka = new KafkaLog(home, ours, Map.of("retention.ms", retentionMs, "retention.bytes", retentionBytes));
            assertThat(ours.log().endOffset()).isZero();
        }

        int below(int bound) {
            return Math.floorMod(random.nextLong(), bound);
        }

        void step() throws IOException {
            ours.nowMs += below(400);
            switch (below(12)) {
                case 0, 1 -> append(TestFolder.batch(ours.nowMs, "plain" + "x".repeat(below(700))));
                case 2, 3, 4 -> data(below(PRODUCERS));
                case 5 -> end(below(PRODUCERS));
                case 6, 7 -> {
                    ours.log().roll();
                    kafka.roll();
                }
                case 8 -> raise();
                case 9 -> {
                    long to = ours.log().startOffset() + below(4);
                    if (to <= ours.log().highWatermark()) {
                        ours.log().deleteRecords(to);
                        kafka.deleteRecords(to);
                    }
                }
                case 10 -> {
                    if (below(4) == 0) {
                        // A transaction that has ended above the high watermark is forgotten by both at a start.
                        raiseTo(ours.log().endOffset());
                        ours.restart();
                    }
                }
                default -> {
                    ours.log().applyRetention(ours.nowMs);
                    int _ = kafka.log.deleteOldSegments();
                }
            }
            ours.runAll();
        }

        void data(int producer) {
            var builder = new BatchBuilder()
                    .producer(producer + 1, (short) 0, sequences[producer]++)
                    .transactional();
            open[producer] = true;
            append(TestFolder.fill(builder, ours.nowMs, "x".repeat(below(300))).build());
        }

        void end(int producer) {
            if (open[producer]) {
                open[producer] = false;
                append(TransactionTest.marker(producer + 1, 0, below(2) == 0, ours.nowMs));
            }
        }

        void append(ByteBuffer batch) {
            AppendResult result = ours.tryAppend(batch, 0);
            assertThat(result.succeeded()).as("%s", result).isTrue();
            kafka.append(batch);
        }

        void raise() throws IOException {
            long from = ours.log().highWatermark();
            raiseTo(from + below((int) (ours.log().endOffset() - from) + 1));
        }

        void raiseTo(long to) throws IOException {
            ours.log().advanceHighWatermark(to);
            long _ = kafka.log.updateHighWatermark(to);
        }

        void compare(String when) {
            PartitionLog log = ours.log();
            assertThat(log.startOffset()).as("log start, " + when).isEqualTo(kafka.log.logStartOffset());
            assertThat(log.endOffset()).as("log end, " + when).isEqualTo(kafka.log.logEndOffset());
            assertThat(log.highWatermark()).as("high watermark, " + when).isEqualTo(kafka.log.highWatermark());
            assertThat(log.lastStableOffset())
                    .as("last stable offset, " + when)
                    .isEqualTo(kafka.log.lastStableOffset());
            assertThat(log.sizeBytes()).as("bytes, " + when).isEqualTo(kafka.log.size());
            assertThat(log.state().segments.size()).as("segments, " + when).isEqualTo(kafka.log.numberOfSegments());
            assertThat(log.producers().aborted(log.startOffset(), log.endOffset()))
                    .as("aborted transactions, " + when)
                    .containsExactlyInAnyOrderElementsOf(kafka.aborted(log.startOffset(), log.endOffset()));
        }

        @Override
        public void close() throws IOException {
            kafka.close();
        }
    }
}
