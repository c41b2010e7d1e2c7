package dev.ottla.broker.data;

import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes Kafka's primitive types; the counterpart of {@link WireReader}. The caller has made the buffer large enough. */
final class WireWriter {
    private final ByteBuffer buffer;
    private final boolean flexible;

    WireWriter(ByteBuffer buffer, boolean flexible) {
        this.buffer = buffer;
        this.flexible = flexible;
    }

    /** The most that {@link #string} can take for a text. */
    static int stringBound(@Nullable String text) {
        return text == null ? 2 : 5 + 3 * text.length();
    }

    /** The bytes of a varint. */
    static int unsignedVarintSize(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** What a string takes in a flexible version. */
    static int compactStringSize(@Nullable String text) {
        if (text == null) {
            return 1;
        }
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return unsignedVarintSize(length + 1) + length;
    }

    WireWriter int16(short value) {
        buffer.putShort(value);
        return this;
    }

    WireWriter int32(int value) {
        buffer.putInt(value);
        return this;
    }

    WireWriter int64(long value) {
        buffer.putLong(value);
        return this;
    }

    WireWriter unsignedVarint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            buffer.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
        return this;
    }

    /** @param length -1 for null */
    WireWriter length32(int length) {
        return flexible ? unsignedVarint(length + 1) : int32(length);
    }

    WireWriter string(@Nullable String text) {
        if (text == null) {
            return flexible ? unsignedVarint(0) : int16((short) -1);
        }
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) >= 0x80) {
                return encoded(text.getBytes(StandardCharsets.UTF_8));
            }
        }
        stringLength(length);
        for (int i = 0; i < length; i++) {
            buffer.put((byte) text.charAt(i));
        }
        return this;
    }

    WireWriter topicId(TopicId id) {
        buffer.putLong(id.mostSignificantBits()).putLong(id.leastSignificantBits());
        return this;
    }

    /** The end of a struct without tagged fields. */
    WireWriter noTags() {
        if (flexible) {
            buffer.put((byte) 0);
        }
        return this;
    }

    private WireWriter encoded(byte[] bytes) {
        stringLength(bytes.length);
        buffer.put(bytes);
        return this;
    }

    private void stringLength(int length) {
        if (flexible) {
            unsignedVarint(length + 1);
        } else {
            int16((short) length);
        }
    }
}
