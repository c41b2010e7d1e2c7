package dev.ottla.network;

/** Asked with a frame's first four bytes, before memory is taken for the rest. */
@FunctionalInterface
public interface FrameGate {
    /**
     * The largest frame allowed, in bytes without the size prefix; a larger one closes the connection with one log line. 0 or less: this kind
     * of frame is not taken at all.
     *
     * @param firstShort the API key of a Kafka request
     * @param secondShort the API version of a Kafka request
     */
    int maxFrameBytes(short firstShort, short secondShort);

    /** The largest frame of any kind, in bytes without the size prefix: a larger one is refused by its size alone. */
    default int largestFrameBytes() {
        return Integer.MAX_VALUE;
    }
}
