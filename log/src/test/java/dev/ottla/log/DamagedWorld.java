package dev.ottla.log;

import static java.util.Objects.requireNonNull;

import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.compact.RandomTraffic;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * A data folder with something of everything, as a process leaves it that was stopped in order or killed: segments, epochs, every codec, idempotent
 * producers, transactions of both ends, records that were deleted from the start, a compacted log.
 */
record DamagedWorld(SimulatedFiles files, boolean journaled, long stoppedAtMs) {
    static final Path DATA = Path.of("/data");
    static final TopicPartition ORDERS = new TopicPartition(new TopicId(7, 1), "orders", 3);
    static final TopicPartition TABLE = new TopicPartition(new TopicId(7, 2), "table", 0);
    static final TopicPartition BYSTANDER = new TopicPartition(new TopicId(7, 3), "bystander", 0);
    static final List<TopicPartition> ALL = List.of(ORDERS, TABLE, BYSTANDER);

    private static final int SEGMENT_BYTES = 6000;
    private static final long JOURNAL_BYTES = 256 << 10;
    private static final CompactionConfig ALWAYS = new CompactionConfig(0.01, 0, Long.MAX_VALUE, 500);

    static DamagedWorld stoppedInOrder(long seed, boolean journaled) throws IOException {
        TestFolder test = fill(new SimulatedFiles(), seed, journaled);
        test.runAll();
        test.folder.close(7);
        return of(test, journaled);
    }

    /** With records that are in the segments and not forced there: the journal has them. */
    static DamagedWorld killed(long seed) throws IOException {
        TestFolder test = fill(new SimulatedFiles(), seed, true);
        test.folder.checkpointJournal();
        for (int i = 0; i < 5; i++) {
            more(test, seed + i, 5);
        }
        // A flip in the very last group cannot be told from a torn one, which is cut
        append(test, BYSTANDER, TestFolder.batch(test.nowMs, "last"), 0);
        commit(test);
        return of(test, true);
    }

    private static DamagedWorld of(TestFolder test, boolean journaled) {
        return new DamagedWorld(((SimulatedFiles) test.files).copy(), journaled, test.nowMs);
    }

    TestFolder start(SimulatedFiles damaged) throws IOException {
        return folder(damaged, journaled, stoppedAtMs);
    }

    private static TestFolder folder(SimulatedFiles files, boolean journaled, long nowMs) throws IOException {
        LogConfig deleted = TestFolder.small(SEGMENT_BYTES);
        LogConfig compacted = TestFolder.compacted(SEGMENT_BYTES, ALWAYS);
        TestFolder test = new TestFolder(
                files,
                DATA,
                deleted,
                journaled ? JOURNAL_BYTES : 0,
                id -> id.topic().equals("table") ? compacted : deleted);
        test.nowMs = nowMs;
        return test;
    }

    private static TestFolder fill(SimulatedFiles files, long seed, boolean journaled) throws IOException {
        TestFolder test = folder(files, journaled, 1_700_000_000_000L);
        for (TopicPartition id : ALL) {
            LogConfig config = id.equals(TABLE) ? TestFolder.compacted(SEGMENT_BYTES, ALWAYS) : test.config;
            test.folder.create(id, config);
        }
        more(test, seed, 160);
        RandomTraffic traffic = new RandomTraffic(RandomSource.seeded(seed), 8);
        for (int i = 0; i < 120; i++) {
            test.nowMs += 20;
            append(test, TABLE, traffic.next(test.nowMs), 0);
        }
        for (ByteBuffer marker = traffic.endOne(test.nowMs); marker != null; marker = traffic.endOne(test.nowMs)) {
            append(test, TABLE, marker, 0);
        }
        commit(test);
        log(test, TABLE).roll();
        test.runAll();
        if (journaled) {
            test.folder.checkpointJournal();
        }
        test.clean();
        test.nowMs += 1000;
        append(test, TABLE, TestFolder.batch(test.nowMs, "tail"), 1);
        commit(test);
        // Somewhere in the second segment
        log(test, ORDERS).deleteRecords(log(test, ORDERS).startOffset() + 75);
        commit(test);
        test.folder.checkpoint();
        return test;
    }

    /** Epochs go up, timestamps go to and fro, now and then two transactions at once of which one is aborted. */
    private static void more(TestFolder test, long seed, int batches) throws IOException {
        RandomSource random = RandomSource.seeded(seed);
        int start = (int) log(test, ORDERS).endOffset();
        for (int i = 0; i < batches; i++) {
            test.nowMs += 1000 + Math.floorMod(random.nextLong(), 500L);
            int epoch = Math.max(log(test, ORDERS).latestEpoch(), 0) + (i % 45 == 44 ? 1 : 0);
            BatchBuilder builder = new BatchBuilder().codec(requireNonNull(Codec.byId(i % 5)));
            int records = 1 + Math.floorMod(random.nextLong(), 4);
            String[] values = new String[records];
            for (int r = 0; r < records; r++) {
                values[r] = "value-" + i + "x".repeat(Math.floorMod(random.nextLong(), 90));
            }
            append(
                    test,
                    ORDERS,
                    TestFolder.fill(builder, test.nowMs - i % 7 * 900L, values).build(),
                    epoch);
            if (i % 3 == 0) {
                append(test, BYSTANDER, TestFolder.batch(test.nowMs, values), 0);
            }
            if (i % 10 == 9) {
                transactions(test, start + i, epoch);
            }
        }
        commit(test);
    }

    private static void transactions(TestFolder test, int sequence, int epoch) {
        for (int producer = 50; producer < 52; producer++) {
            boolean first = log(test, ORDERS).producers().active().stream().noneMatch(known(producer));
            int at = first ? 0 : next(test, producer);
            BatchBuilder builder =
                    new BatchBuilder().producer(producer, (short) 0, at).transactional();
            append(
                    test,
                    ORDERS,
                    TestFolder.fill(builder, test.nowMs, "t" + sequence).build(),
                    epoch);
        }
        append(test, ORDERS, TransactionTest.marker(51, 0, sequence % 20 > 10, test.nowMs), epoch);
        append(test, ORDERS, TransactionTest.marker(50, 0, false, test.nowMs), epoch);
    }

    private static Predicate<ProducerSummary> known(int producer) {
        return summary -> summary.producerId() == producer;
    }

    private static int next(TestFolder test, int producer) {
        return log(test, ORDERS).producers().active().stream()
                        .filter(known(producer))
                        .findFirst()
                        .orElseThrow()
                        .lastSequence()
                + 1;
    }

    private static void append(TestFolder test, TopicPartition id, ByteBuffer batch, int epoch) {
        AppendResult result = log(test, id).append(batch, BatchHeader.maxTimestampMs(batch, 0), 0, epoch, test.nowMs);
        if (!result.succeeded()) {
            throw new AssertionError(result.toString());
        }
    }

    private static void commit(TestFolder test) throws IOException {
        test.commit();
        for (TopicPartition id : ALL) {
            PartitionLog log = log(test, id);
            log.advanceHighWatermark(log.durableOffset());
        }
    }

    private static PartitionLog log(TestFolder test, TopicPartition id) {
        return requireNonNull(test.folder.get(id));
    }
}
