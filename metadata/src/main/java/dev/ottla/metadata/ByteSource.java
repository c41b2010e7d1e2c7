package dev.ottla.metadata;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes to read; what does not fit is an IllegalArgumentException before anything is allocated for it. */
final class ByteSource {
    private final ByteBuffer buffer;

    ByteSource(ByteBuffer buffer) {
        this.buffer = buffer.slice();
    }

    byte getByte() {
        require(1);
        return buffer.get();
    }

    short getShort() {
        require(Short.BYTES);
        return buffer.getShort();
    }

    int getInt() {
        require(Integer.BYTES);
        return buffer.getInt();
    }

    long getLong() {
        require(Long.BYTES);
        return buffer.getLong();
    }

    /** A number of elements of at least so many bytes each. */
    int getCount(int leastBytesEach) {
        int count = getInt();
        if (count < 0 || (long) count * leastBytesEach > buffer.remaining()) {
            throw new IllegalArgumentException(
                    "A count of " + count + " does not fit in " + buffer.remaining() + " bytes");
        }
        return count;
    }

    String getText() {
        return text(getCount(1));
    }

    @Nullable
    String getOptionalText() {
        int length = getInt();
        if (length == -1) {
            return null;
        }
        if (length < 0) {
            throw new IllegalArgumentException("A text has " + length + " bytes");
        }
        return text(length);
    }

    void requireEnd() {
        if (buffer.hasRemaining()) {
            throw new IllegalArgumentException(buffer.remaining() + " bytes follow the last event");
        }
    }

    private String text(int length) {
        require(length);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void require(int bytes) {
        if (buffer.remaining() < bytes) {
            throw new IllegalArgumentException(
                    "Only " + buffer.remaining() + " of " + bytes + " bytes are left", new BufferUnderflowException());
        }
    }
}
