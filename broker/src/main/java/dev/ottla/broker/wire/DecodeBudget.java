package dev.ottla.broker.wire;

/** How much memory the decode of a request may take: in proportion to the bytes received, whatever they say. */
public final class DecodeBudget {
    /** A decode allocates at most this many times the bytes received... */
    public static final int MAX_HEAP_PER_WIRE_BYTE = 8;

    /**
     * ...above this many bytes, which the smallest of requests may cost. A short name costs eleven times its bytes in objects: with this, 10,000
     * of five letters pass.
     */
    public static final int FREE_HEAP_BYTES = 256 * 1024;

    private DecodeBudget() {}

    /** For a body of so many bytes. */
    public static long ofBody(int wireBytes) {
        return FREE_HEAP_BYTES + (long) MAX_HEAP_PER_WIRE_BYTE * wireBytes;
    }

    /** What is thrown when more would be taken. */
    public static MalformedFrameException exceeded(int wireBytes) {
        return new MalformedFrameException("Decoding would take more than " + ofBody(wireBytes)
                + " bytes of memory for " + wireBytes + " received");
    }
}
