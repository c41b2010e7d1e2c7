package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads a segment's file from its beginning and checks every batch: sizes, magic, offsets that rise, CRC. In bounded memory. */
final class SegmentScan {
    private static final int CHUNK_BYTES = 256 << 10;

    private final FileHandle handle;
    private final long fileBytes;
    private final long baseOffset;
    private final long stopAt;
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private final CRC32C crc = new CRC32C();
    private long chunkAt;

    /** What is told of each good batch. */
    interface Visitor {
        void batch(int position, int sizeBytes, long firstOffset, long lastOffset, long maxTimestampMs, int leaderEpoch)
                throws IOException;
    }

    /**
     * @param validBytes how far the batches are good
     * @param nextOffset after the last good one
     * @param problem what is wrong there; null when the file ends there
     */
    record Result(int validBytes, long nextOffset, @Nullable String problem) {}

    SegmentScan(FileHandle handle, long fileBytes, long baseOffset) {
        this(handle, fileBytes, baseOffset, Long.MAX_VALUE);
    }

    /** @param stopAt ends before the first batch that reaches this offset */
    SegmentScan(FileHandle handle, long fileBytes, long baseOffset, long stopAt) {
        this.stopAt = stopAt;
        this.handle = handle;
        this.fileBytes = fileBytes;
        this.baseOffset = baseOffset;
    }

    Result run(Visitor visitor) throws IOException {
        // Outside the heap, so that bytes are read to where they are looked at, and given back at once: a start may
        // scan thousands.
        try (Arena arena = Arena.ofConfined()) {
            chunk = arena.allocate(Math.clamp(fileBytes, 1, CHUNK_BYTES))
                    .asByteBuffer()
                    .limit(0);
            return walk(visitor);
        }
    }

    private Result walk(Visitor visitor) throws IOException {
        int position = 0;
        long next = baseOffset;
        while (position < fileBytes) {
            String problem = problemAt(position, next);
            if (problem != null) {
                return new Result(position, next, problem + " at position " + position);
            }
            ensure(position, BatchHeader.SIZE_BYTES);
            int at = (int) (position - chunkAt);
            int sizeBytes = BatchHeader.sizeBytes(chunk, at);
            if (BatchHeader.lastOffset(chunk, at) >= stopAt) {
                return new Result(position, next, null);
            }
            next = BatchHeader.lastOffset(chunk, at) + 1;
            visitor.batch(
                    position,
                    sizeBytes,
                    BatchHeader.baseOffset(chunk, at),
                    next - 1,
                    BatchHeader.maxTimestampMs(chunk, at),
                    BatchHeader.leaderEpoch(chunk, at));
            position += sizeBytes;
        }
        return new Result(position, next, null);
    }

    private @Nullable String problemAt(int position, long next) throws IOException {
        long left = fileBytes - position;
        if (left < BatchHeader.SIZE_BYTES) {
            return "A batch header is cut off";
        }
        ensure(position, BatchHeader.SIZE_BYTES);
        int at = (int) (position - chunkAt);
        int sizeBytes = BatchHeader.sizeBytes(chunk, at);
        if (sizeBytes < BatchHeader.SIZE_BYTES || BatchHeader.magic(chunk, at) != BatchHeader.MAGIC_V2) {
            return "There is no batch";
        }
        if (sizeBytes > left) {
            return "A batch is cut off";
        }
        long first = BatchHeader.baseOffset(chunk, at);
        int delta = BatchHeader.lastOffsetDelta(chunk, at);
        if (first < next || delta < 0 || first + delta - baseOffset > Integer.MAX_VALUE) {
            return "Offset " + first + " where " + next + " should follow";
        }
        int expected = BatchHeader.crc(chunk, at);
        return crcOf(position, sizeBytes) == expected ? null : "A batch fails its CRC";
    }

    private int crcOf(int position, int sizeBytes) throws IOException {
        crc.reset();
        long at = (long) position + BatchHeader.ATTRIBUTES_AT;
        long end = (long) position + sizeBytes;
        while (at < end) {
            ensure(at, 1);
            int from = (int) (at - chunkAt);
            int count = (int) Math.min(chunk.limit() - from, end - at);
            crc.update(chunk.slice(from, count));
            at += count;
        }
        return (int) crc.getValue();
    }

    /** Has {@code bytes} at {@code position} in the chunk. */
    private void ensure(long position, int bytes) throws IOException {
        if (position >= chunkAt && position + bytes <= chunkAt + chunk.limit()) {
            return;
        }
        chunk.clear().limit((int) Math.min(chunk.capacity(), fileBytes - position));
        chunkAt = position;
        Segment.readFully(handle, chunk, position);
        chunk.flip();
    }
}
