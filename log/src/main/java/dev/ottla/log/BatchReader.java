package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads a segment's batches whole and in order, and checks each: what is damaged must not be written anew under a good checksum. Its buffer grows
 * to the largest batch that it meets.
 */
final class BatchReader {
    private final CRC32C crc = new CRC32C();
    private final int pieceBytes;
    private ByteBuffer buffer;

    interface Visitor {
        /** Takes the batch at {@code at}, which is the buffer's for as long as the call lasts; false when no more is wanted. */
        boolean batch(ByteBuffer buffer, int at) throws IOException;
    }

    BatchReader(int bufferBytes) {
        this.pieceBytes = bufferBytes;
        this.buffer = ByteBuffer.allocate(bufferBytes);
    }

    /**
     * Reads from {@code position} to the segment's end.
     *
     * @return false when the visitor wanted no more
     * @throws DamagedLogException when there is no good batch where one should be
     * @throws CleaningStoppedException when the segment is retired, or the pace says so
     */
    boolean read(Segment segment, int position, CleanerPace.Runner pace, Visitor visitor) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new CleaningStoppedException("Segment " + segment.baseOffset() + " is retired");
        }
        try {
            return read(segment, handle, position, pace, visitor);
        } finally {
            segment.file().release();
        }
    }

    private boolean read(Segment segment, FileHandle handle, int position, CleanerPace.Runner pace, Visitor visitor)
            throws IOException {
        int size = segment.sizeBytes();
        int at = position;
        long next = segment.baseOffset();
        while (at < size) {
            fill(handle, at, Math.min(pieceBytes, size - at));
            int from = 0;
            int batchBytes = sizeAt(segment, from, at, size);
            if (batchBytes > buffer.limit()) {
                fill(handle, at, batchBytes);
            }
            while (from + BatchHeader.SIZE_BYTES <= buffer.limit()) {
                batchBytes = sizeAt(segment, from, at + from, size);
                if (batchBytes > buffer.limit() - from) {
                    break;
                }
                next = check(segment, from, at + from, next);
                if (!visitor.batch(buffer, from)) {
                    return false;
                }
                from += batchBytes;
            }
            at += from;
            pace.spent(from);
        }
        return true;
    }

    private void fill(FileHandle handle, int position, int bytes) throws IOException {
        if (bytes > buffer.capacity()) {
            buffer = ByteBuffer.allocate(bytes);
        }
        buffer.clear();
        // In pieces: the JDK keeps a direct buffer as large as the largest piece for each thread.
        for (int read = 0; read < bytes; read += pieceBytes) {
            buffer.limit(Math.min(bytes, read + pieceBytes));
            Segment.readFully(handle, buffer, (long) position + read);
        }
        buffer.flip();
    }

    private int sizeAt(Segment segment, int from, int position, int segmentBytes) throws DamagedLogException {
        if (segmentBytes - position < BatchHeader.SIZE_BYTES) {
            throw damaged(segment, position, "A batch header is cut off");
        }
        int batchBytes = BatchHeader.sizeBytes(buffer, from);
        if (batchBytes < BatchHeader.SIZE_BYTES
                || batchBytes > segmentBytes - position
                || BatchHeader.magic(buffer, from) != BatchHeader.MAGIC_V2) {
            throw damaged(segment, position, "There is no whole batch");
        }
        return batchBytes;
    }

    private long check(Segment segment, int from, int position, long next) throws DamagedLogException {
        if (BatchHeader.crc(buffer, from) != BatchHeader.computeCrc(buffer, from, crc)) {
            throw damaged(segment, position, "A batch fails its CRC");
        }
        long first = BatchHeader.baseOffset(buffer, from);
        long last = BatchHeader.lastOffset(buffer, from);
        if (first < next || last < first) {
            throw damaged(segment, position, "Offset " + first + " where " + next + " should follow");
        }
        return last + 1;
    }

    private static DamagedLogException damaged(Segment segment, int position, String what) {
        return new DamagedLogException(
                what + " at position " + position + " of " + segment.names().log());
    }
}
