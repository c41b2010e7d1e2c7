package dev.ottla.log.compact;

/**
 * An aborted transaction, as the transaction index has it.
 *
 * @param lastOffset the marker's
 */
public record AbortedSpan(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
