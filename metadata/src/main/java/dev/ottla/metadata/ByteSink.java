package dev.ottla.metadata;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes to write, as many as come. */
final class ByteSink {
    private static final int NO_TEXT = -1;

    private ByteBuffer buffer = ByteBuffer.allocate(256);

    void putByte(byte value) {
        room(1).put(value);
    }

    void putShort(short value) {
        room(Short.BYTES).putShort(value);
    }

    void putInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    void putLong(long value) {
        room(Long.BYTES).putLong(value);
    }

    void putText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        putInt(bytes.length);
        room(bytes.length).put(bytes);
    }

    void putOptionalText(@Nullable String text) {
        if (text == null) {
            putInt(NO_TEXT);
        } else {
            putText(text);
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int needed = Math.addExact(buffer.position(), bytes);
            ByteBuffer larger = ByteBuffer.allocate(
                    Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * buffer.capacity())));
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }
}
