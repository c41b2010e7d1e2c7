package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.FileHandle;
import dev.ottla.base.FileSlice;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Whole batches of one segment, on their way out. It pins the segment: until it is closed, the bytes stay where they are whatever
 * becomes of the log. An empty slice pins nothing, but close it all the same.
 */
public final class LogSlice implements FileSlice {
    private final @Nullable Segment segment;
    private final @Nullable FileHandle handle;
    private final int position;
    private final int sizeBytes;
    private final long endOffsetExclusive;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LogSlice(
            @Nullable Segment segment,
            @Nullable FileHandle handle,
            int position,
            int sizeBytes,
            long endOffsetExclusive) {
        this.segment = segment;
        this.handle = handle;
        this.position = position;
        this.sizeBytes = sizeBytes;
        this.endOffsetExclusive = endOffsetExclusive;
    }

    static LogSlice empty(long endOffsetExclusive) {
        return new LogSlice(null, null, 0, 0, endOffsetExclusive);
    }

    /** @param handle acquired from the segment's file; given back by {@link #close} */
    static LogSlice of(Segment segment, FileHandle handle, int position, int sizeBytes, long endOffsetExclusive) {
        return new LogSlice(segment, handle, position, sizeBytes, endOffsetExclusive);
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    /** The batches in the slice lie wholly below it: the end offset that limited the read, or its segment's end. */
    public long endOffsetExclusive() {
        return endOffsetExclusive;
    }

    /** Whether sending it may have to wait for the disk: then {@link #warm} it on a thread that may block, first. */
    public boolean isCold() {
        return segment != null && segment.isCold(position, position + sizeBytes);
    }

    /** Sees to it that the bytes are in the page cache. Blocks. */
    public void warm() throws IOException {
        FileHandle open = handle;
        Segment pinned = segment;
        if (open == null || pinned == null) {
            return;
        }
        PageCache.bringIn(open, position, sizeBytes, Clock.system());
        pinned.warmed(position, position + sizeBytes);
    }

    @Override
    public long transferTo(int offsetBytes, int maxBytes, WritableByteChannel target) throws IOException {
        int left = Math.min(maxBytes, sizeBytes - offsetBytes);
        FileHandle open = handle;
        if (left <= 0 || open == null) {
            return 0;
        }
        long from = (long) position + offsetBytes;
        long sent = open.transferTo(from, left, target);
        if (sent == 0 && open.size() <= from) {
            throw new EOFException("The segment ends before the slice that is being sent");
        }
        return sent;
    }

    /** Copies {@code target.remaining()} bytes from {@code offsetBytes} on, for those who look inside; blocks when cold. */
    public void copyTo(int offsetBytes, ByteBuffer target) throws IOException {
        FileHandle open = handle;
        if (offsetBytes < 0 || target.remaining() > sizeBytes - offsetBytes) {
            throw new IndexOutOfBoundsException(
                    offsetBytes + "+" + target.remaining() + " bytes of a slice of " + sizeBytes);
        }
        if (open != null) {
            Segment.readFully(open, target, (long) position + offsetBytes);
        }
    }

    @Override
    public void close() {
        if (segment != null && closed.compareAndSet(false, true)) {
            segment.file().release();
        }
    }
}
