package dev.ottla.log;

import dev.ottla.log.producer.CompletedTransaction;

/**
 * A transaction that was aborted (KIP-98).
 *
 * @param firstOffset of its first data batch
 * @param lastOffset of its marker
 * @param lastStableOffset the partition's after the marker
 */
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {
    static AbortedTransaction of(CompletedTransaction completed) {
        return new AbortedTransaction(
                completed.producerId(), completed.firstOffset(), completed.lastOffset(), completed.lastStableOffset());
    }
}
