package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.log.compact.RandomTraffic;
import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process or the machine dies at each single change that a cleaning makes to the files: a restart finds the log before or after a swap. */
class CompactionCrashTest {
    private static final int SEEDS = Integer.getInteger("ottla.compaction.crash.seeds", 2);
    private static final int BATCHES = 90;

    /** No exception that anybody catches. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1;
    }

    private record Start(TestFolder test, SimulatedFiles files) {}

    private static Start start(long seed) throws IOException {
        RandomSource random = RandomSource.seeded(seed);
        RandomTraffic traffic = new RandomTraffic(random, seed % 2 == 0 ? 1 : 8);
        SimulatedFiles files = new SimulatedFiles();
        CompactionConfig always = new CompactionConfig(0.01, 0, Long.MAX_VALUE, 500);
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.compacted(1800, always));
        for (int i = 0; i < BATCHES; i++) {
            test.nowMs += 20;
            test.append(traffic.next(test.nowMs));
            if (i == BATCHES / 2) {
                // So that the crashes meet segments that were cleaned before
                end(test, traffic);
                test.log().roll();
                test.runAll();
                assertThat(test.clean()).isTrue();
                test.nowMs += 1000;
            }
        }
        end(test, traffic);
        for (int i = 0; i < 8; i++) {
            // Segments of which nothing will be left: only a mark tells that they went into the one before
            test.append(new BatchBuilder()
                    .append(test.nowMs, ByteBuffer.wrap(new byte[] {'k'}), ByteBuffer.wrap(new byte[400]))
                    .build());
            test.log().roll();
        }
        test.log().roll();
        test.append(TestFolder.batch(test.nowMs, "tail"));
        test.log().flush();
        test.runAll();
        return new Start(test, files);
    }

    private static void end(TestFolder test, RandomTraffic traffic) {
        for (ByteBuffer marker = traffic.endOne(test.nowMs); marker != null; marker = traffic.endOne(test.nowMs)) {
            test.append(marker);
        }
    }

    private static List<ByteBuffer> content(TestFolder test) {
        try {
            return TestFolder.readAll(test.log(), test.log().startOffset(), 900);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private static Map<Long, String> producers(TestFolder test) {
        Map<Long, String> known = new HashMap<>();
        for (ProducerSummary producer : test.log().producers().active()) {
            known.put(producer.producerId(), producer.epoch() + " " + producer.lastSequence());
        }
        return known;
    }

    @ParameterizedTest
    @ValueSource(strings = {"killed", "power", "killed twice"})
    void aRestartFindsTheLogBeforeOrAfter(String faults) throws IOException {
        for (long seed = 1; seed <= SEEDS; seed++) {
            // Given what readers see at each moment of a cleaning that nothing disturbs
            Start calm = start(seed);
            List<List<ByteBuffer>> states = new ArrayList<>(List.of(content(calm.test())));
            int[] changes = new int[1];
            calm.files().step = (change, path) -> {
                changes[0]++;
                List<ByteBuffer> now = content(calm.test());
                if (!now.equals(states.getLast())) {
                    states.add(now);
                }
            };
            assertThat(calm.test().clean()).isTrue();
            calm.files().step = (change, path) -> {};
            if (!content(calm.test()).equals(states.getLast())) {
                states.add(content(calm.test()));
            }
            assertThat(states.size()).as("seed " + seed).isGreaterThan(2);
            Map<Long, String> producers = producers(calm.test());
            for (int at = 0; at <= changes[0]; at++) {
                try {
                    crash(seed, at, faults, states, producers);
                } catch (AssertionError | RuntimeException | IOException failure) {
                    throw new AssertionError(
                            "seed " + seed + ", change " + at + " of " + changes[0] + ", " + faults + ": " + failure,
                            failure);
                }
            }
        }
    }

    private static void crash(
            long seed, int at, String faults, List<List<ByteBuffer>> states, Map<Long, String> producers)
            throws IOException {
        Start start = start(seed);
        RandomSource chance = RandomSource.seeded(1000 * seed + at);
        dieDuring(start, at, () -> start.test().clean());
        stop(start, faults, chance);
        if (faults.equals("killed twice")) {
            // Then it dies again while it recovers
            dieDuring(
                    start,
                    (int) Math.floorMod(chance.nextLong(), 12L),
                    () -> start.test().open());
            stop(start, faults, chance);
        }
        start.test().open();
        PartitionLog log = start.test().log();
        assertThat(log.offlineReason()).isNull();
        log.advanceHighWatermark(log.endOffset());
        // Then the log is as it was before or after one of the swaps, and nothing of the cleaning is left
        List<ByteBuffer> found = content(start.test());
        assertThat(states.contains(found))
                .as(() -> "one of the states, not " + found.size() + " batches")
                .isTrue();
        assertThat(producers(start.test())).isEqualTo(producers);
        assertThat(VisibleRecords.of(log)).isNotEmpty();
        assertThat(start.files().list(start.test().partitionPath()).stream()
                        .map(Path::toString)
                        .filter(name -> name.endsWith(".cleaned") || name.endsWith(".swap")))
                .isEmpty();
        // And it can be cleaned again, without any loss
        Map<String, String> latest = latest(VisibleRecords.of(log));
        var _ = start.test().clean();
        assertThat(log.uncleanableReason()).isNull();
        assertThat(log.cleanedOffset()).isPositive();
        assertThat(latest(VisibleRecords.of(log))).isEqualTo(latest);
    }

    private static Map<String, String> latest(List<VisibleRecords.Entry> entries) {
        Map<String, String> latest = new HashMap<>();
        for (VisibleRecords.Entry entry : entries) {
            if (entry.key() != null && entry.value() != null) {
                latest.put(entry.key(), entry.value());
            } else if (entry.key() != null) {
                latest.remove(entry.key());
            }
        }
        return latest;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void dieDuring(Start start, int change, Work work) throws IOException {
        int[] left = {change};
        start.files().step = (what, path) -> {
            if (left[0]-- <= 0) {
                throw new Died();
            }
        };
        try {
            work.run();
        } catch (Died died) {
            // As it should.
        } finally {
            start.files().step = (what, path) -> {};
        }
    }

    private static void stop(Start start, String faults, RandomSource chance) {
        if (faults.equals("power")) {
            start.files().powerCut(chance);
        } else {
            start.files().killed();
        }
    }
}
