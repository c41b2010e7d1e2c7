package dev.ottla.log.compact;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AbortedTxn;
import org.apache.kafka.storage.internals.log.CleanedTransactionMetadata;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.CleanerStats;
import org.apache.kafka.storage.internals.log.LastRecord;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogSegment;
import org.apache.kafka.storage.internals.log.OffsetMap;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.utils.Throttler;

/** Apache Kafka's own cleaner at work on one segment: what ours must agree with. */
final class KafkaCleaner {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final Path folder;
    private final Cleaner cleaner;
    private final OffsetMap map;
    private int runs;

    /** What was left, and the transactions in the new segment's index. */
    record Cleaned(ByteBuffer batches, List<AbortedSpan> aborted, long latestOffset) {}

    KafkaCleaner(Path folder, int mapBytes) throws Exception {
        this.folder = folder;
        this.map = new SkimpyOffsetMap(mapBytes);
        Throttler throttler = new Throttler(Double.MAX_VALUE, 300, "cleaner", "bytes", Time.SYSTEM);
        this.cleaner = new Cleaner(0, map, 64 << 10, MAX_MESSAGE_BYTES, 0.9, throttler, Time.SYSTEM, any -> {});
    }

    Cleaned clean(
            List<ByteBuffer> batches,
            long firstDirtyOffset,
            List<AbortedSpan> aborted,
            Map<Long, ProducerTails.Tail> tails,
            BatchFilter.Round round)
            throws Exception {
        Path home = Files.createDirectories(folder.resolve("run" + runs++));
        LogConfig config = new LogConfig(Map.of());
        write(home.resolve("00000000000000000000.log"), batches);
        try (LogSegment source = LogSegment.open(home.toFile(), 0, config, Time.SYSTEM, true, 0, false, "");
                LogSegment target =
                        LogSegment.open(home.toFile(), 0, config, Time.SYSTEM, false, 0, false, ".cleaned")) {
            fill(source, firstDirtyOffset, aborted, round.endOffset());
            CleanedTransactionMetadata transactions = new CleanedTransactionMetadata();
            transactions.setCleanedIndex(Optional.of(target.txnIndex()));
            transactions.addAbortedTransactions(kafkas(aborted));
            Map<Long, LastRecord> last = new HashMap<>();
            tails.forEach((id, tail) -> last.put(
                    id,
                    new LastRecord(
                            tail.lastDataOffset() < 0 ? OptionalLong.empty() : OptionalLong.of(tail.lastDataOffset()),
                            tail.epoch())));
            call(
                    "cleanInto",
                    PARTITION,
                    source.log(),
                    target,
                    map,
                    false,
                    round.deleteRetentionMs(),
                    MAX_MESSAGE_BYTES,
                    transactions,
                    last,
                    round.endOffset(),
                    new CleanerStats(Time.SYSTEM),
                    round.nowMs());
            target.flush();
            return new Cleaned(
                    bytes(target.log()),
                    target.txnIndex().allAbortedTxns().stream()
                            .map(it -> new AbortedSpan(
                                    it.producerId(), it.firstOffset(), it.lastOffset(), it.lastStableOffset()))
                            .toList(),
                    map.latestOffset());
        }
    }

    private void fill(LogSegment source, long firstDirtyOffset, List<AbortedSpan> aborted, long end) throws Exception {
        map.clear();
        CleanedTransactionMetadata transactions = new CleanedTransactionMetadata();
        transactions.addAbortedTransactions(kafkas(aborted));
        call(
                "buildOffsetMapForSegment",
                PARTITION,
                source,
                map,
                firstDirtyOffset,
                end,
                MAX_MESSAGE_BYTES,
                transactions,
                new CleanerStats(Time.SYSTEM));
    }

    private void call(String name, Object... arguments) throws Exception {
        Method method = Arrays.stream(Cleaner.class.getDeclaredMethods())
                .filter(it -> it.getName().equals(name))
                .findFirst()
                .orElseThrow();
        method.setAccessible(true);
        try {
            method.invoke(cleaner, arguments);
        } catch (InvocationTargetException failure) {
            throw new IllegalStateException("Apache Kafka's " + name + " failed", failure.getCause());
        }
    }

    private static List<AbortedTxn> kafkas(List<AbortedSpan> spans) {
        List<AbortedTxn> converted = new ArrayList<>();
        spans.forEach(span -> converted.add(
                new AbortedTxn(span.producerId(), span.firstOffset(), span.lastOffset(), span.lastStableOffset())));
        return converted;
    }

    private static void write(Path file, List<ByteBuffer> batches) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ByteBuffer batch : batches) {
                channel.write(batch.duplicate());
            }
        }
    }

    private static ByteBuffer bytes(FileRecords records) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(records.sizeInBytes());
        records.readInto(content, 0);
        return content;
    }
}
