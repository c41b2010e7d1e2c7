package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Walks the headers of the batches in a segment's file, reading a page at a time and only where headers are. */
final class HeaderCursor {
    private final FileHandle handle;
    private final ByteBuffer window;
    private final int limit;
    private long windowAt;
    private int position;
    private int at;
    private int sizeBytes;
    private final Path file;
    private long next;

    /**
     * @param limit the end of what may be looked at
     * @param file for people to read
     * @param baseOffset no batch begins below
     */
    HeaderCursor(FileHandle handle, ByteBuffer window, int position, int limit, Path file, long baseOffset) {
        this.file = file;
        this.next = baseOffset;
        this.handle = handle;
        this.window = window.limit(0);
        this.position = position;
        this.limit = limit;
    }

    /**
     * Looks at the batch at the position; false at the limit.
     *
     * @throws DamagedLogException when there is no whole batch before the limit, or one that does not follow the last
     */
    boolean look() throws IOException {
        if (position >= limit) {
            return false;
        }
        if (position < windowAt || position + BatchHeader.SIZE_BYTES > windowAt + window.limit()) {
            fill();
        }
        at = (int) (position - windowAt);
        if (at + BatchHeader.SIZE_BYTES > window.limit()) {
            throw damaged("No whole batch header");
        }
        sizeBytes = BatchHeader.sizeBytes(window, at);
        if (sizeBytes < BatchHeader.SIZE_BYTES
                || sizeBytes > limit - position
                || BatchHeader.magic(window, at) != BatchHeader.MAGIC_V2) {
            throw damaged("No whole batch");
        }
        if (baseOffset() < next || lastOffset() < baseOffset()) {
            throw damaged("Offset " + baseOffset() + " where " + next + " should follow,");
        }
        return true;
    }

    private DamagedLogException damaged(String what) {
        return DamagedLogException.at(file, position, what);
    }

    private void fill() throws IOException {
        window.clear().limit(Math.min(window.capacity(), limit - position));
        windowAt = position;
        while (window.hasRemaining()) {
            int read = handle.read(window, windowAt + window.position());
            if (read < 0) {
                break;
            }
        }
        window.flip();
    }

    /** Reads the batch that was looked at; whether its CRC is right. */
    boolean isWhole() throws IOException {
        if (at + sizeBytes <= window.limit()) {
            return BatchHeader.crc(window, at) == BatchHeader.computeCrc(window, at, new CRC32C());
        }
        ByteBuffer batch = ByteBuffer.allocate(sizeBytes);
        Segment.readFully(handle, batch, position);
        return BatchHeader.crc(batch, 0) == BatchHeader.computeCrc(batch, 0, new CRC32C());
    }

    /** Steps over the batch that was looked at. */
    void step() {
        next = lastOffset() + 1;
        position += sizeBytes;
    }

    /** After the last batch that was stepped over. */
    long nextOffset() {
        return next;
    }

    int position() {
        return position;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    int endPosition() {
        return position + sizeBytes;
    }

    long baseOffset() {
        return BatchHeader.baseOffset(window, at);
    }

    long lastOffset() {
        return BatchHeader.lastOffset(window, at);
    }

    long maxTimestampMs() {
        return BatchHeader.maxTimestampMs(window, at);
    }

    int leaderEpoch() {
        return BatchHeader.leaderEpoch(window, at);
    }

    /** Where the header that was looked at lies, at {@link #windowAt}; the records after it may lie beyond the window. */
    ByteBuffer window() {
        return window;
    }

    int windowAt() {
        return at;
    }
}
