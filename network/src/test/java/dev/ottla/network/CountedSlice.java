package dev.ottla.network;

import dev.ottla.base.FileHandle;
import dev.ottla.base.FileSlice;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A run of a real file, which counts how often it is closed and notes how much was sent at a time. */
final class CountedSlice implements FileSlice {
    final AtomicInteger closes = new AtomicInteger();
    final AtomicInteger transfers = new AtomicInteger();
    final AtomicInteger copies = new AtomicInteger();
    /** Read for copies, what the socket did not take and had to be read again included. */
    final AtomicLong copiedBytes = new AtomicLong();

    volatile int largestTransfer;
    private final FileHandle file;
    private final long position;
    private final int sizeBytes;

    CountedSlice(FileHandle file, long position, int sizeBytes) {
        this.file = file;
        this.position = position;
        this.sizeBytes = sizeBytes;
    }

    /** How often something of it was taken, either way. */
    int pieces() {
        return transfers.get() + copies.get();
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public long transferTo(int offsetBytes, int maxBytes, WritableByteChannel target) throws IOException {
        if (closes.get() > 0) {
            throw new IllegalStateException("Sent after it was closed");
        }
        transfers.incrementAndGet();
        long sent = file.transferTo(position + offsetBytes, maxBytes, target);
        if (sent == 0 && file.size() <= position + offsetBytes) {
            throw new IOException("The file is shorter than its slice");
        }
        largestTransfer = (int) Math.max(largestTransfer, sent);
        return sent;
    }

    @Override
    public void copyTo(int offsetBytes, ByteBuffer target) throws IOException {
        if (closes.get() > 0) {
            throw new IllegalStateException("Read after it was closed");
        }
        copies.incrementAndGet();
        copiedBytes.addAndGet(target.remaining());
        largestTransfer = Math.max(largestTransfer, target.remaining());
        for (long at = position + offsetBytes; target.hasRemaining(); ) {
            int read = file.read(target, at);
            if (read < 0) {
                throw new EOFException("The file is shorter than its slice");
            }
            at += read;
        }
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
