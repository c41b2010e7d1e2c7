package dev.ottla.benchmarks.inner;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.AppendResult;
import dev.ottla.log.FolderSettings;
import dev.ottla.log.LogConfig;
import dev.ottla.log.LogFolder;
import dev.ottla.log.LogSlice;
import dev.ottla.log.PartitionLog;
import dev.ottla.record.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A partition's log in a folder of its own: appends with and without a journal, neither awaited; reads of what is in the page cache. */
@State(Scope.Thread)
public class LogBenchmark {
    private static final TopicPartition PARTITION = new TopicPartition(new TopicId(1, 2), "inner", 0);
    private static final int RECORDS = 150;
    private static final int VALUE_BYTES = 100;
    private static final int READ_BYTES = 64 << 10;
    private static final int BATCHES_TO_READ = 1_000;

    @Param({"true", "false"})
    private boolean journaled = true;

    private ByteBuffer batch = ByteBuffer.allocate(0);
    private Path path = Path.of("");
    private @Nullable LogFolder folder;
    private @Nullable PartitionLog log;

    @Setup(Level.Iteration)
    public void open() throws IOException {
        path = java.nio.file.Files.createTempDirectory("ottla-inner");
        LogConfig config = config();
        LogFolder opened = LogFolder.open(
                FolderSettings.defaults(path), any -> config, Files.system(), Clock.system(), RandomSource.seeded(1));
        folder = opened;
        log = opened.create(PARTITION, config);
        batch = Batches.direct(Codec.NONE, RECORDS, VALUE_BYTES);
        for (int i = 0; i < BATCHES_TO_READ; i++) {
            append();
        }
    }

    private LogConfig config() {
        LogConfig usual = LogConfig.defaults();
        return new LogConfig(
                usual.segmentBytes(),
                usual.segmentMs(),
                usual.segmentJitterMs(),
                usual.segmentIndexBytes(),
                usual.indexIntervalBytes(),
                usual.retentionMs(),
                usual.retentionBytes(),
                usual.fileDeleteDelayMs(),
                usual.flushMessages(),
                usual.flushMs(),
                usual.deletes(),
                usual.compacts(),
                journaled,
                usual.compaction());
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        if (folder != null) {
            folder.close(-1);
        }
        Files.system().deleteTree(path);
    }

    @Benchmark
    public AppendResult append() {
        PartitionLog target = opened();
        while (target.isCongested()) {
            Thread.onSpinWait();
        }
        return target.append(batch, Batches.TIME_MS + RECORDS - 1, RECORDS - 1, 0, Batches.TIME_MS);
    }

    @Benchmark
    public int read() {
        try (LogSlice slice = opened().read(RECORDS, READ_BYTES, Long.MAX_VALUE, true)) {
            return slice.sizeBytes();
        }
    }

    private PartitionLog opened() {
        PartitionLog present = log;
        if (present == null) {
            throw new IllegalStateException("The log is not open");
        }
        return present;
    }
}
