package dev.ottla.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** An open file. Positions are explicit: there is no cursor, so readers and the one writer need no lock between them. */
public interface FileHandle extends Closeable {
    /** What the address, position and size of a write to a file opened by {@link Files#openDirect} are multiples of. */
    int DIRECT_BLOCK_BYTES = 4096;

    /** What {@link #readAhead} reads at a time where the kernel cannot be had to read without copying. */
    int READ_AHEAD_BYTES = 64 * 1024;

    /** Writes all of {@code source}, from its position to its limit, at {@code position}. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Reads up to {@code target.remaining()} bytes; the count, or -1 at the end. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Sends bytes without copying them through this process (sendfile); how many the target took, 0 when it takes no more now. */
    long transferTo(long position, long countBytes, WritableByteChannel target) throws IOException;

    /**
     * Has bytes read into the kernel's page cache, for somebody who must not wait for the disk. Blocks.
     *
     * @return how many there are: fewer than {@code countBytes} when the file ends before
     */
    default long readAhead(long position, long countBytes) throws IOException {
        ByteBuffer nowhere = ByteBuffer.allocate(READ_AHEAD_BYTES);
        long done = 0;
        while (done < countBytes) {
            nowhere.clear().limit((int) Math.min(nowhere.capacity(), countBytes - done));
            int read = read(nowhere, position + done);
            if (read < 0) {
                break;
            }
            done += read;
        }
        return done;
    }

    long size() throws IOException;

    void truncate(long sizeBytes) throws IOException;

    /** Makes the content durable; with {@code metadata} also times and the like. An error is final for the folder (S5). */
    void force(boolean metadata) throws IOException;

    /** Whether writes go past the page cache. */
    default boolean isDirect() {
        return false;
    }

    @Override
    void close() throws IOException;
}
