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
    private final @Nullable LogState state;
    private @Nullable DamagedLogException damage;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LogSlice(
            @Nullable Segment segment,
            @Nullable FileHandle handle,
            @Nullable LogState state,
            int position,
            int sizeBytes,
            long endOffsetExclusive) {
        this.state = state;
        this.segment = segment;
        this.handle = handle;
        this.position = position;
        this.sizeBytes = sizeBytes;
        this.endOffsetExclusive = endOffsetExclusive;
    }

    static LogSlice empty(long endOffsetExclusive) {
        return new LogSlice(null, null, null, 0, 0, endOffsetExclusive);
    }

    /**
     * @param state the log whose batches these are
     * @param handle acquired from the segment's file; given back by {@link #close}
     */
    static LogSlice of(
            LogState state, Segment segment, FileHandle handle, int position, int sizeBytes, long endOffsetExclusive) {
        return new LogSlice(segment, handle, state, position, sizeBytes, endOffsetExclusive);
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

    /**
     * Sees to it that the bytes are in the page cache. Blocks.
     *
     * @throws IOException also when they are not what was written: the partition is offline then, and nothing can be sent any more
     */
    public void warm() throws IOException {
        FileHandle open = handle;
        Segment pinned = segment;
        LogState log = state;
        if (open == null || pinned == null || log == null) {
            return;
        }
        int end = position + sizeBytes;
        try {
            new ColdBatches(log, pinned, open, end).bringIn(position, Clock.system());
        } catch (DamagedLogException found) {
            damage = found;
            throw log.takeOffline(found);
        }
        pinned.warmed(position, end);
    }

    private void requireWhole() throws IOException {
        if (damage != null) {
            throw damage;
        }
    }

    @Override
    public long transferTo(int offsetBytes, int maxBytes, WritableByteChannel target) throws IOException {
        requireWhole();
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

    /** As {@link FileSlice#copyTo} says; blocks when cold. */
    @Override
    public void copyTo(int offsetBytes, ByteBuffer target) throws IOException {
        FileHandle open = handle;
        if (offsetBytes < 0 || target.remaining() > sizeBytes - offsetBytes) {
            throw new IndexOutOfBoundsException(
                    offsetBytes + "+" + target.remaining() + " bytes of a slice of " + sizeBytes);
        }
        requireWhole();
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
