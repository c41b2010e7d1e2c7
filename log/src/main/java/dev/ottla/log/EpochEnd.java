package dev.ottla.log;

/**
 * Where a leader epoch ends (KIP-101, KIP-279).
 *
 * @param epoch the largest epoch known that is not above the one asked for; -1 when there is none
 * @param endOffset the first offset after it; -1 when there is none
 */
public record EpochEnd(int epoch, long endOffset) {
    /** Nothing is known of the epoch. */
    public static final EpochEnd UNDEFINED = new EpochEnd(-1, -1);
}
