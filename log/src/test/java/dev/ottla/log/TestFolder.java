package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A data folder whose storage work runs when the test says so, with a clock that the test moves. */
final class TestFolder implements Clock, Executor {
    static final TopicPartition PARTITION = new TopicPartition(new TopicId(7, 8), "orders", 3);

    final Files files;
    final Path path;
    long nowMs = 1_700_000_000_000L;
    LogConfig config;
    /** The settings of a partition; those of {@link #config} unless a test knows better. */
    private final Function<TopicPartition, LogConfig> configs;

    LogFolder folder;
    private final long journalMaxBytes;
    private final ArrayDeque<Runnable> work = new ArrayDeque<>();

    /** Without a journal. */
    TestFolder(Files files, Path path, LogConfig config) throws IOException {
        this(files, path, config, 0);
    }

    /** @param journalMaxBytes 0 for no journal; it has no thread: {@link #commit} forces what was appended */
    TestFolder(Files files, Path path, LogConfig config, long journalMaxBytes) throws IOException {
        this(files, path, config, journalMaxBytes, null);
    }

    TestFolder(
            Files files,
            Path path,
            LogConfig config,
            long journalMaxBytes,
            @Nullable Function<TopicPartition, LogConfig> configs)
            throws IOException {
        this.configs = configs == null ? any -> this.config : configs;
        this.journalMaxBytes = journalMaxBytes;
        this.files = files;
        this.path = path;
        this.config = config;
        open();
    }

    void open() throws IOException {
        work.clear();
        folder = FolderLoader.load(
                FolderSettings.defaults(path).withJournal(journalMaxBytes),
                configs,
                files,
                this,
                RandomSource.seeded(1),
                this,
                null);
    }

    /** Forces the journal, as its thread would. */
    void commit() throws IOException {
        folder.commitJournal();
    }

    /** Stops in order and starts again. */
    void restart() throws IOException {
        runAll();
        folder.close(-1);
        open();
    }

    PartitionLog log() {
        PartitionLog log = folder.get(PARTITION);
        return log != null ? log : folder.create(PARTITION, config);
    }

    Path partitionPath() {
        return path.resolve(PARTITION.folderName());
    }

    @Override
    public long wallMs() {
        return nowMs;
    }

    @Override
    public long monotonicNanos() {
        return nowMs * 1_000_000;
    }

    @Override
    public synchronized void execute(Runnable task) {
        work.add(task);
    }

    /** Cleans the dirtiest log that is due; whether there was one. */
    boolean clean(CompactionSettings settings) {
        Compaction compaction = new Compaction(() -> settings, this, nanos -> {});
        compaction.watch(folder);
        return compaction.cleanDirtiest();
    }

    boolean clean() {
        return clean(CompactionSettings.defaults());
    }

    /** A log that is compacted as soon as anything is dirty. */
    static LogConfig compacted(int segmentBytes, CompactionConfig compaction) {
        LogConfig or = small(segmentBytes);
        return new LogConfig(
                or.segmentBytes(),
                or.segmentMs(),
                0,
                or.segmentIndexBytes(),
                200,
                or.retentionMs(),
                or.retentionBytes(),
                or.fileDeleteDelayMs(),
                or.flushMessages(),
                or.flushMs(),
                false,
                true,
                true,
                compaction);
    }

    void runAll() {
        for (Runnable task = next(); task != null; task = next()) {
            task.run();
        }
    }

    private synchronized Runnable next() {
        return work.poll();
    }

    void tick(long laterMs) {
        nowMs += laterMs;
        folder.tick();
        runAll();
    }

    /** Appends and commits; fails the test on an error. */
    AppendResult append(ByteBuffer batch) {
        AppendResult result = tryAppend(batch, 0);
        if (!result.succeeded()) {
            throw new AssertionError(result.toString());
        }
        log().advanceHighWatermark(result.lastOffset() + 1);
        return result;
    }

    AppendResult tryAppend(ByteBuffer batch, int leaderEpoch) {
        return log().append(batch, BatchHeader.maxTimestampMs(batch, batch.position()), 0, leaderEpoch, nowMs);
    }

    static ByteBuffer batch(long timestampMs, String... values) {
        return fill(new BatchBuilder(), timestampMs, values).build();
    }

    static ByteBuffer batchOf(long producerId, int epoch, int sequence, long timestampMs, String... values) {
        return fill(new BatchBuilder().producer(producerId, (short) epoch, sequence), timestampMs, values)
                .build();
    }

    static BatchBuilder fill(BatchBuilder builder, long timestampMs, String... values) {
        for (int i = 0; i < values.length; i++) {
            builder.append(timestampMs + i, null, ByteBuffer.wrap(values[i].getBytes(StandardCharsets.UTF_8)));
        }
        return builder;
    }

    static LogConfig small(int segmentBytes) {
        LogConfig or = LogConfig.defaults();
        return new LogConfig(
                segmentBytes,
                or.segmentMs(),
                0,
                or.segmentIndexBytes(),
                200,
                or.retentionMs(),
                or.retentionBytes(),
                or.fileDeleteDelayMs(),
                or.flushMessages(),
                or.flushMs(),
                true,
                false,
                true,
                CompactionConfig.defaults());
    }

    /** Time and size as given; nothing else makes a segment old. */
    static LogConfig retaining(int segmentBytes, long retentionMs, long retentionBytes) {
        LogConfig or = LogConfig.defaults();
        return new LogConfig(
                segmentBytes,
                or.segmentMs(),
                0,
                or.segmentIndexBytes(),
                or.indexIntervalBytes(),
                retentionMs,
                retentionBytes,
                or.fileDeleteDelayMs(),
                or.flushMessages(),
                or.flushMs(),
                true,
                false,
                false,
                CompactionConfig.defaults());
    }

    /** All bytes from an offset to the end, read slice by slice; checks that every slice begins where the last one ended. */
    static List<ByteBuffer> readAll(PartitionLog log, long from, int maxBytes) throws IOException {
        List<ByteBuffer> batches = new ArrayList<>();
        long next = from;
        while (next < log.endOffset()) {
            try (LogSlice slice = log.read(next, maxBytes, Long.MAX_VALUE, true)) {
                ByteBuffer bytes = ByteBuffer.allocate(slice.sizeBytes());
                slice.copyTo(0, bytes);
                bytes.flip();
                if (!bytes.hasRemaining()) {
                    throw new AssertionError("Nothing at " + next + " though the log ends at " + log.endOffset());
                }
                while (bytes.hasRemaining()) {
                    int size = BatchHeader.sizeBytes(bytes, bytes.position());
                    ByteBuffer batch = bytes.slice(bytes.position(), size);
                    next = BatchHeader.lastOffset(batch, 0) + 1;
                    batches.add(batch);
                    bytes.position(bytes.position() + size);
                }
            }
        }
        return batches;
    }
}
