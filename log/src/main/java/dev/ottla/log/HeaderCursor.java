package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Walks the headers of the batches in a segment's file, reading a page at a time and only where headers are. */
final class HeaderCursor {
    private final FileHandle handle;
    private final ByteBuffer window;
    private final int limit;
    private long windowAt;
    private int position;
    private int at;
    private int sizeBytes;

    /** @param limit the end of what may be looked at */
    HeaderCursor(FileHandle handle, ByteBuffer window, int position, int limit) {
        this.handle = handle;
        this.window = window.limit(0);
        this.position = position;
        this.limit = limit;
    }

    /**
     * Looks at the batch at the position; false at the limit.
     *
     * @throws IOException also when there is no whole batch before the limit
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
            throw new IOException(
                    "No whole batch header at position " + position + " of a segment of " + limit + " bytes");
        }
        sizeBytes = BatchHeader.sizeBytes(window, at);
        if (sizeBytes < BatchHeader.SIZE_BYTES || sizeBytes > limit - position) {
            throw new IOException("No whole batch at position " + position + " of a segment of " + limit + " bytes");
        }
        return true;
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

    /** Steps over the batch that was looked at. */
    void step() {
        position += sizeBytes;
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
