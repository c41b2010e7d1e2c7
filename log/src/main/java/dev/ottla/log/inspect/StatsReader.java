package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.log.SegmentNames;
import dev.ottla.record.BatchHeader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up a partition's files: sizes by name, records by the batches' headers; a few compressed batches are decompressed to see the ratio. */
public final class StatsReader {
    private static final int SAMPLES = 8;

    private final Files files;
    private final RecordWalk walk;
    private final Map<String, CodecStats> codecs = new TreeMap<>();
    private final Map<String, Integer> samples = new TreeMap<>();
    private final Map<FileKind, Long> bytes = new TreeMap<>();
    private long batches;
    private long records;
    private long oldestMs = -1;
    private long newestMs = -1;
    private long nextOffset;
    private boolean damaged;

    private StatsReader(Files files, RecordWalk walk) {
        this.files = files;
        this.walk = walk;
    }

    /** @param walk for one thread */
    public static PartitionStats read(
            Files files, PartitionFiles partition, PartitionMarks marks, RecordWalk walk, Report report)
            throws IOException {
        return new StatsReader(files, walk).read(partition, marks, report);
    }

    private PartitionStats read(PartitionFiles partition, PartitionMarks marks, Report report) throws IOException {
        for (Path file : partition.all()) {
            bytes.merge(FileKind.of(file), sizeOf(file), Long::sum);
        }
        long first = partition.segments().isEmpty()
                ? 0
                : partition.segments().getFirst().baseOffset();
        nextOffset = first;
        for (SegmentNames segment : partition.segments()) {
            nextOffset = Math.max(nextOffset, segment.baseOffset());
            try (LogFile log = LogFile.open(files, segment.log())) {
                read(log, segment.baseOffset());
                report.progress(log.sizeBytes());
            } catch (NoSuchFileException | EOFException removed) {
                damaged |= !marks.moving();
            }
        }
        return new PartitionStats(
                partition.name(),
                of(FileKind.LOG),
                of(FileKind.INDEX) + of(FileKind.TIME_INDEX) + of(FileKind.TRANSACTION_INDEX),
                of(FileKind.DELETED),
                of(FileKind.SET_ASIDE),
                of(FileKind.SNAPSHOT) + of(FileKind.EPOCHS) + of(FileKind.PARTITION_METADATA) + of(FileKind.OTHER),
                partition.segments().size(),
                batches,
                records,
                Math.max(first, marks.logStart()),
                nextOffset,
                oldestMs,
                newestMs,
                codecs,
                damaged);
    }

    private long of(FileKind kind) {
        return bytes.getOrDefault(kind, 0L);
    }

    private long sizeOf(Path file) throws IOException {
        try {
            return files.size(file);
        } catch (NoSuchFileException removed) {
            return 0;
        }
    }

    private void read(LogFile log, long baseOffset) throws IOException {
        long position = 0;
        long next = baseOffset;
        while (position < log.sizeBytes()) {
            BatchInfo batch = headerAt(log, position, next);
            if (batch == null) {
                damaged = true;
                return;
            }
            add(log, batch);
            position = batch.endPosition();
            next = batch.lastOffset() + 1;
            nextOffset = Math.max(nextOffset, next);
        }
    }

    private static @Nullable BatchInfo headerAt(LogFile log, long position, long next) throws IOException {
        long left = log.sizeBytes() - position;
        if (left < BatchHeader.SIZE_BYTES) {
            return null;
        }
        int at = log.at(position, BatchHeader.SIZE_BYTES);
        ByteBuffer window = log.window();
        long size = Resync.sizeAt(window, at);
        boolean sane = size >= BatchHeader.SIZE_BYTES
                && size <= left
                && BatchHeader.magic(window, at) == BatchHeader.MAGIC_V2
                && BatchHeader.baseOffset(window, at) >= next
                && BatchHeader.lastOffsetDelta(window, at) >= 0;
        return sane ? BatchInfo.of(window, at, position) : null;
    }

    private void add(LogFile log, BatchInfo batch) throws IOException {
        batches++;
        records += batch.isControl() ? 0 : Math.max(0, batch.count());
        long firstMs = batch.isLogAppendTime() ? batch.maxTimestampMs() : batch.baseTimestampMs();
        if (firstMs >= 0) {
            oldestMs = oldestMs < 0 ? firstMs : Math.min(oldestMs, firstMs);
        }
        newestMs = Math.max(newestMs, batch.maxTimestampMs());
        String codec = batch.codec();
        codecs.merge(codec, CodecStats.NONE.with(batch), CodecStats::plus);
        if ((batch.attributes() & 0x07) != 0 && samples.merge(codec, 1, Integer::sum) <= SAMPLES) {
            sample(log, batch, codec);
        }
    }

    private void sample(LogFile log, BatchInfo batch, String codec) throws IOException {
        long[] plain = {BatchHeader.SIZE_BYTES};
        String problem = walk.walk(log, batch, record -> plain[0] += record.sizeBytes());
        if (problem == null) {
            codecs.computeIfPresent(codec, (name, stats) -> stats.sampled(batch.sizeBytes(), plain[0]));
        }
    }
}
