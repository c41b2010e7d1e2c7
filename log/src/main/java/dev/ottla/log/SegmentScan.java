package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.FileWindow;
import dev.ottla.record.BatchHeader;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads a segment's file from its beginning and checks every batch: sizes, magic, offsets that rise, CRC. In bounded memory. */
final class SegmentScan {
    private static final int WINDOW_BYTES = 256 << 10;

    private final FileHandle handle;
    private final long fileBytes;
    private final long baseOffset;
    private final long stopAt;
    private final CRC32C crc = new CRC32C();

    /** What is told of each good batch. */
    interface Visitor {
        /** @param bytes the batch's header at {@code at}, and of its records what happens to be there; for as long as the call lasts */
        void batch(int position, ByteBuffer bytes, int at) throws IOException;
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
            FileWindow window = new FileWindow(arena, Math.clamp(fileBytes, 1, WINDOW_BYTES), handle, fileBytes);
            return walk(window, visitor);
        }
    }

    private Result walk(FileWindow window, Visitor visitor) throws IOException {
        int position = 0;
        long next = baseOffset;
        while (position < fileBytes) {
            String problem = problemAt(window, position, next);
            if (problem != null) {
                return new Result(position, next, problem + " at position " + position);
            }
            show(window, position, BatchHeader.SIZE_BYTES);
            ByteBuffer bytes = window.bytes();
            int at = window.indexOf(position);
            if (BatchHeader.lastOffset(bytes, at) >= stopAt) {
                return new Result(position, next, null);
            }
            int sizeBytes = BatchHeader.sizeBytes(bytes, at);
            next = BatchHeader.lastOffset(bytes, at) + 1;
            visitor.batch(position, bytes, at);
            position += sizeBytes;
        }
        return new Result(position, next, null);
    }

    private @Nullable String problemAt(FileWindow window, int position, long next) throws IOException {
        long left = fileBytes - position;
        if (left < BatchHeader.SIZE_BYTES) {
            return "A batch header is cut off";
        }
        show(window, position, BatchHeader.SIZE_BYTES);
        ByteBuffer bytes = window.bytes();
        int at = window.indexOf(position);
        int sizeBytes = BatchHeader.sizeBytes(bytes, at);
        if (sizeBytes < BatchHeader.SIZE_BYTES || BatchHeader.magic(bytes, at) != BatchHeader.MAGIC_V2) {
            return "There is no batch";
        }
        if (sizeBytes > left) {
            return "A batch is cut off";
        }
        long first = BatchHeader.baseOffset(bytes, at);
        int delta = BatchHeader.lastOffsetDelta(bytes, at);
        if (first < next || delta < 0 || first + delta - baseOffset > Integer.MAX_VALUE) {
            return "Offset " + first + " where " + next + " should follow";
        }
        int expected = BatchHeader.crc(bytes, at);
        return crcOf(window, position, sizeBytes) == expected ? null : "A batch fails its CRC";
    }

    private int crcOf(FileWindow window, int position, int sizeBytes) throws IOException {
        // Whole where it fits: its header is looked at again afterwards.
        show(window, position, Math.min(sizeBytes, WINDOW_BYTES));
        crc.reset();
        long at = (long) position + BatchHeader.ATTRIBUTES_AT;
        long end = (long) position + sizeBytes;
        while (at < end) {
            show(window, at, 1);
            int count = (int) Math.min(window.shownFrom(at), end - at);
            crc.update(window.bytes().slice(window.indexOf(at), count));
            at += count;
        }
        return (int) crc.getValue();
    }

    private void show(FileWindow window, long position, int bytes) throws IOException {
        if (!window.show(position, bytes)) {
            throw new EOFException("The segment ends before " + (position + bytes) + ", which was asked for");
        }
    }
}
