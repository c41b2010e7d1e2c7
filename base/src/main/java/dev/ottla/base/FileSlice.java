package dev.ottla.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A run of bytes in a file, on its way to a socket. Whoever holds one owns it and closes it once, on any thread; until then
 * the file behind it is neither closed, nor truncated below its end, nor deleted.
 */
public interface FileSlice extends AutoCloseable {
    /** How many bytes it has; fixed. */
    int sizeBytes();

    /**
     * Sends bytes from {@code offsetBytes} on, as many as the target takes now (sendfile).
     *
     * @param maxBytes at most so many, so that one large slice does not keep a loop from its other connections
     * @return how many were taken; 0 when the target is full for now
     * @throws IOException also when the file is shorter than the slice: the connection must be closed then
     */
    long transferTo(int offsetBytes, int maxBytes, WritableByteChannel target) throws IOException;

    /**
     * Copies {@code target.remaining()} bytes from {@code offsetBytes} on.
     *
     * @throws IOException also when the file is shorter than the slice
     * @throws IndexOutOfBoundsException when the slice has fewer
     */
    void copyTo(int offsetBytes, ByteBuffer target) throws IOException;

    @Override
    void close();
}
