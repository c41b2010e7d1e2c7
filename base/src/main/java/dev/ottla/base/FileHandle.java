package dev.ottla.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** An open file. Positions are explicit: there is no cursor, so readers and the one writer need no lock between them. */
public interface FileHandle extends Closeable {
    /** What the address, position and size of a write to a file opened by {@link Files#openDirect} are multiples of. */
    int DIRECT_BLOCK_BYTES = 4096;

    /** Writes all of {@code source}, from its position to its limit, at {@code position}. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Reads up to {@code target.remaining()} bytes; the count, or -1 at the end. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Sends bytes without copying them through this process (sendfile); how many the target took, 0 when it takes no more now. */
    long transferTo(long position, long countBytes, WritableByteChannel target) throws IOException;

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
