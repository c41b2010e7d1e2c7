package dev.ottla.broker.wire;

import java.nio.ByteBuffer;

/** Unsigned base-128 integers of at most five bytes, read in place (KIP-482). */
final class Varints {
    private static final int MAX_BYTES = 5;

    private Varints() {}

    /** The value at a position: 0 to 2^32 - 1. */
    static long read(ByteBuffer buffer, int position) {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            if (position + i >= buffer.limit()) {
                throw new MalformedFrameException("The frame ends inside a varint");
            }
            byte b = buffer.get(position + i);
            value |= (long) (b & 0x7F) << (7 * i);
            if (b >= 0) {
                if (value > 0xFFFF_FFFFL) {
                    break;
                }
                return value;
            }
        }
        throw new MalformedFrameException("A varint of more than 32 bits");
    }

    /** The position behind the varint at a position. */
    static int end(ByteBuffer buffer, int position) {
        for (int i = 0; i < MAX_BYTES; i++) {
            if (position + i >= buffer.limit()) {
                throw new MalformedFrameException("The frame ends inside a varint");
            }
            if (buffer.get(position + i) >= 0) {
                return position + i + 1;
            }
        }
        throw new MalformedFrameException("A varint of more than 32 bits");
    }
}
