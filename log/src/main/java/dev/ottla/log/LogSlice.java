package dev.ottla.log;

import dev.ottla.base.FileSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Whole batches of one segment, on their way out. It pins the segment: until it is closed, the bytes stay where they are whatever
 * becomes of the log. An empty slice pins nothing, but close it all the same.
 */
public final class LogSlice implements FileSlice {
    LogSlice() {}

    @Override
    public int sizeBytes() {
        return Pending.value();
    }

    /** The end offset that limited the read; the batches in the slice lie wholly below it. */
    public long endOffsetExclusive() {
        return Pending.value();
    }

    /** Whether sending it may have to wait for the disk: then {@link #warm} it on a thread that may block, first. */
    public boolean isCold() {
        return Pending.value();
    }

    /** Reads the bytes through once so that they are in the page cache. Blocks. */
    public void warm() throws IOException {
        Pending.<Object>value();
    }

    @Override
    public long transferTo(int offsetBytes, int maxBytes, WritableByteChannel target) throws IOException {
        return Pending.value();
    }

    /** Copies {@code target.remaining()} bytes from {@code offsetBytes} on, for those who look inside; blocks when cold. */
    public void copyTo(int offsetBytes, ByteBuffer target) throws IOException {
        Pending.<Object>value();
    }

    @Override
    public void close() {
        Pending.<Object>value();
    }
}
