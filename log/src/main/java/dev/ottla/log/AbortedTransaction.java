package dev.ottla.log;

/**
 * A transaction that was aborted (KIP-98).
 *
 * @param firstOffset of its first data batch
 * @param lastOffset of its marker
 * @param lastStableOffset the partition's after the marker
 */
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
