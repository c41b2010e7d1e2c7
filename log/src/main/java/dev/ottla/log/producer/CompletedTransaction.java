package dev.ottla.log.producer;

/**
 * A transaction that its marker has just ended.
 *
 * @param lastOffset the marker's
 * @param lastStableOffset the partition's first undecided offset once this one is decided
 */
public record CompletedTransaction(
        long producerId, long firstOffset, long lastOffset, boolean aborted, long lastStableOffset) {}
