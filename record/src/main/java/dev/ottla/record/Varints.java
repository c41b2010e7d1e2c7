package dev.ottla.record;

import java.nio.ByteBuffer;

/** Zig-zag variable-length integers, as records use them: 7 bits a byte, lowest first; 5 bytes at most for an int, 10 for a long. */
public final class Varints {
    static final int MAX_INT_BYTES = 5;
    static final int MAX_LONG_BYTES = 10;

    private Varints() {}

    public static int sizeOf(int value) {
        return sizeOfUnsigned(Integer.toUnsignedLong((value << 1) ^ (value >> 31)));
    }

    public static int sizeOf(long value) {
        return sizeOfUnsigned((value << 1) ^ (value >> 63));
    }

    /** Writes at the buffer's position. */
    public static void put(ByteBuffer target, int value) {
        putUnsigned(target, Integer.toUnsignedLong((value << 1) ^ (value >> 31)));
    }

    /** Writes at the buffer's position. */
    public static void put(ByteBuffer target, long value) {
        putUnsigned(target, (value << 1) ^ (value >> 63));
    }

    static int unzigzag(int raw) {
        return (raw >>> 1) ^ -(raw & 1);
    }

    static long unzigzag(long raw) {
        return (raw >>> 1) ^ -(raw & 1);
    }

    private static int sizeOfUnsigned(long raw) {
        int significantBits = Long.SIZE - Long.numberOfLeadingZeros(raw | 1);
        return (significantBits + 6) / 7;
    }

    private static void putUnsigned(ByteBuffer target, long raw) {
        long rest = raw;
        while ((rest & ~0x7FL) != 0) {
            target.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }
}
