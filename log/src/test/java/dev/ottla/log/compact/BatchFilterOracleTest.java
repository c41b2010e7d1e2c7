package dev.ottla.log.compact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.log.producer.CompletedTransaction;
import dev.ottla.log.producer.ProducerEntry;
import dev.ottla.log.producer.ProducerStates;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.Compression;
import dev.ottla.record.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random logs are cleaned again and again, by Apache Kafka's cleaner and by ours: both must leave the same batches. */
class BatchFilterOracleTest {
    private static final int RUNS = Integer.getInteger("ottla.compaction.oracle.runs", 25);
    private static final int ROUNDS = 6;
    private static final long DELETE_RETENTION_MS = 1000;
    private static final int SMALL_MAP_KEYS = 64;

    @TempDir
    Path home;

    private List<ByteBuffer> log = new ArrayList<>();
    private final List<AbortedSpan> aborted = new ArrayList<>();
    private ProducerStates producers = new ProducerStates();
    private long end;
    private long firstDirty;
    private long nowMs;
    private RandomTraffic traffic = new RandomTraffic(RandomSource.seeded(0), 10);

    @Test
    void bothLeaveTheSame() throws Exception {
        int lost = 0;
        for (long seed = 1; seed <= RUNS; seed++) {
            traffic = new RandomTraffic(RandomSource.seeded(seed), seed % 4 == 0 ? 300 : 10);
            log = new ArrayList<>();
            aborted.clear();
            producers = new ProducerStates();
            end = 0;
            firstDirty = 0;
            nowMs = 1_700_000_000_000L;
            int mapBytes = seed % 4 == 0 ? SMALL_MAP_KEYS * OffsetMap.SLOT_BYTES : 1 << 20;
            KafkaCleaner kafka = new KafkaCleaner(home.resolve("seed" + seed), mapBytes);
            for (int round = 0; round < ROUNDS; round++) {
                try {
                    lost += round(kafka, mapBytes);
                } catch (AssertionError | RuntimeException failure) {
                    throw new AssertionError("seed " + seed + ", round " + round + ": " + failure, failure);
                }
            }
        }
        assertThat(lost).isGreaterThan(RUNS * 10);
    }

    private int round(KafkaCleaner kafka, int mapBytes) throws Exception {
        append();
        int count = cleanable();
        List<ByteBuffer> before = log.subList(0, count);
        if (before.isEmpty() || BatchHeader.lastOffset(before.getLast(), 0) < firstDirty) {
            return 0;
        }
        long roundEnd = BatchHeader.lastOffset(before.getLast(), 0) + 1;
        BatchFilter.Round round = new BatchFilter.Round(nowMs, DELETE_RETENTION_MS, roundEnd);
        Map<Long, ProducerTails.Tail> tails = tails();
        List<AbortedSpan> kept = new ArrayList<>();
        List<ByteBuffer> left;
        long latest;
        try (OffsetMap map = new OffsetMap(100_000, mapBytes, 0.9, 7)) {
            fill(map, before);
            latest = map.latestOffset();
            left = filter(map, before, tails, round, kept);
        }

        KafkaCleaner.Cleaned expected = kafka.clean(before, firstDirty, List.copyOf(aborted), tails, round);
        assertThat(latest).isEqualTo(expected.latestOffset());
        assertThat(describe(left)).isEqualTo(describe(split(expected.batches())));
        assertThat(kept).isEqualTo(expected.aborted());

        List<ByteBuffer> after = new ArrayList<>(left);
        after.addAll(log.subList(count, log.size()));
        int lost = log.size() - after.size();
        log = after;
        aborted.removeIf(span -> span.lastOffset() < roundEnd && !kept.contains(span));
        firstDirty = latest + 1;
        return lost;
    }

    private void append() {
        int more = 1 + traffic.below(40);
        for (int i = 0; i < more; i++) {
            nowMs += traffic.below(60);
            ByteBuffer batch = traffic.next(nowMs);
            BatchHeader.assign(batch, 0, end, 1);
            end = BatchHeader.lastOffset(batch, 0) + 1;
            CompletedTransaction done = producers.apply(batch, 0, BatchHeader.maxTimestampMs(batch, 0), nowMs);
            if (done != null && done.aborted()) {
                aborted.add(new AbortedSpan(
                        done.producerId(), done.firstOffset(), done.lastOffset(), done.lastStableOffset()));
            }
            log.add(batch);
        }
    }

    /** How many batches lie below the last stable offset, and perhaps fewer. */
    private int cleanable() {
        long stable = Math.min(end, producers.firstUnstableOffset(end));
        int count = 0;
        while (count < log.size() && BatchHeader.lastOffset(log.get(count), 0) < stable) {
            count++;
        }
        int fewer = Math.max(0, count - traffic.below(5));
        return fewer > 0 && BatchHeader.lastOffset(log.get(fewer - 1), 0) >= firstDirty ? fewer : count;
    }

    private Map<Long, ProducerTails.Tail> tails() {
        Map<Long, ProducerTails.Tail> tails = new HashMap<>();
        for (ProducerEntry entry : producers.entries()) {
            // Now and then one has expired
            if (traffic.below(10) > 0) {
                tails.put(entry.producerId(), new ProducerTails.Tail(entry.lastDataOffset(), entry.epoch()));
            }
        }
        return tails;
    }

    private void fill(OffsetMap map, List<ByteBuffer> batches) {
        CleanedTransactions transactions = new CleanedTransactions();
        transactions.expect(aborted);
        try (OffsetMapFiller filler = new OffsetMapFiller(map, transactions, firstDirty)) {
            for (ByteBuffer batch : batches) {
                if (!filler.add(batch, 0)) {
                    return;
                }
            }
            map.reach(BatchHeader.lastOffset(batches.getLast(), 0));
        }
    }

    private List<ByteBuffer> filter(
            OffsetMap map,
            List<ByteBuffer> batches,
            Map<Long, ProducerTails.Tail> tails,
            BatchFilter.Round round,
            List<AbortedSpan> kept) {
        CleanedTransactions transactions = new CleanedTransactions();
        transactions.expect(aborted);
        transactions.keepIn(kept::add);
        List<ByteBuffer> left = new ArrayList<>();
        try (BatchFilter filter = new BatchFilter(map, transactions, new ProducerTails(tails), round)) {
            for (ByteBuffer batch : batches) {
                ByteBuffer some = filter.filter(batch, 0);
                if (some != null) {
                    left.add(some);
                }
            }
        }
        return left;
    }

    private static List<ByteBuffer> split(ByteBuffer batches) {
        List<ByteBuffer> found = new ArrayList<>();
        for (int at = batches.position(); at < batches.limit(); ) {
            int size = BatchHeader.sizeBytes(batches, at);
            found.add(batches.slice(at, size));
            at += size;
        }
        return found;
    }

    /** Uncompressed batches byte for byte; of compressed ones all but their sizes and checksums, since encoders differ. */
    private static List<String> describe(List<ByteBuffer> batches) {
        List<String> lines = new ArrayList<>();
        try (Compression compression = new Compression()) {
            for (ByteBuffer batch : batches) {
                StringBuilder line = new StringBuilder();
                line.append(BatchHeader.baseOffset(batch, 0))
                        .append(" +")
                        .append(BatchHeader.lastOffsetDelta(batch, 0))
                        .append(" attributes ")
                        .append(BatchHeader.attributes(batch, 0))
                        .append(" times ")
                        .append(BatchHeader.baseTimestampMs(batch, 0))
                        .append(' ')
                        .append(BatchHeader.maxTimestampMs(batch, 0))
                        .append(" producer ")
                        .append(BatchHeader.producerId(batch, 0))
                        .append(' ')
                        .append(BatchHeader.producerEpoch(batch, 0))
                        .append(' ')
                        .append(BatchHeader.baseSequence(batch, 0))
                        .append(" epoch ")
                        .append(BatchHeader.leaderEpoch(batch, 0));
                if (BatchHeader.codecId(batch, 0) == 0) {
                    line.append(" crc ").append(BatchHeader.crc(batch, 0));
                }
                RecordCursor records = new RecordCursor();
                records.open(batch, 0, compression);
                while (records.next()) {
                    line.append("\n  ")
                            .append(records.offset())
                            .append(" at ")
                            .append(records.timestampMs())
                            .append(' ')
                            .append(text(records.key()))
                            .append('=')
                            .append(text(records.value()));
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    private static String text(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return "null";
        }
        byte[] content = new byte[bytes.remaining()];
        bytes.get(bytes.position(), content);
        return new String(content, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
