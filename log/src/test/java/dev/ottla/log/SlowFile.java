package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A file that is slow to read from a position on, and the clock that shows it. Nothing but reading is asked of it. */
final class SlowFile implements FileHandle, Clock {
    private static final long QUICK_NANOS = 100;

    private final FileHandle file;
    private final long slowFrom;
    private long nowNanos;
    /** Either way. */
    long bytesRead;

    long lastRead;

    SlowFile(FileHandle file, long slowFrom) {
        this.file = file;
        this.slowFrom = slowFrom;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int count = file.read(target, position);
        nowNanos += position >= slowFrom ? PageCache.DISK_READ_NANOS + 1 : QUICK_NANOS;
        noteRead(position, count);
        return count;
    }

    @Override
    public long readAhead(long position, long countBytes) throws IOException {
        long count = file.readAhead(position, countBytes);
        noteRead(position, count);
        return count;
    }

    @Override
    public long transferTo(long position, long countBytes, WritableByteChannel target) {
        throw new AssertionError("Reading sends nothing");
    }

    private void noteRead(long position, long count) {
        bytesRead += count;
        lastRead = position + count;
    }

    @Override
    public long wallMs() {
        return 0;
    }

    @Override
    public long monotonicNanos() {
        return nowNanos;
    }

    @Override
    public void write(ByteBuffer source, long position) {
        throw new AssertionError("A read writes");
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public void truncate(long sizeBytes) {
        throw new AssertionError("A read truncates");
    }

    @Override
    public void force(boolean metadata) {
        throw new AssertionError("A read forces");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
