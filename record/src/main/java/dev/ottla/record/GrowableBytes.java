package dev.ottla.record;

import java.nio.ByteBuffer;

/** A heap buffer that is written at its end and doubles as it fills, up to a bound. */
final class GrowableBytes {
    private static final int FIRST_BYTES = 512;

    private final int maxBytes;
    private ByteBuffer buffer;

    GrowableBytes(int firstBytes, int maxBytes) {
        this.maxBytes = maxBytes;
        buffer = ByteBuffer.allocate(Math.clamp(firstBytes, FIRST_BYTES, maxBytes));
    }

    /**
     * The buffer with room for that many bytes at its position.
     *
     * @throws dev.ottla.base.OttlaException MESSAGE_TOO_LARGE past the bound
     */
    ByteBuffer withRoomFor(int bytes) {
        if (buffer.remaining() >= bytes) {
            return buffer;
        }
        long needed = (long) buffer.position() + bytes;
        if (needed > maxBytes) {
            throw Refusals.tooLarge("A batch cannot take more than " + maxBytes + " bytes");
        }
        long doubled = Math.min(Math.max(needed, 2L * buffer.capacity()), maxBytes);
        buffer = ByteBuffer.allocate((int) doubled).put(buffer.flip());
        return buffer;
    }

    int size() {
        return buffer.position();
    }

    byte[] array() {
        return buffer.array();
    }

    /** All that was written, sharing the bytes. */
    ByteBuffer written() {
        return ByteBuffer.wrap(buffer.array(), 0, buffer.position()).slice();
    }
}
