package dev.ottla.log;

/**
 * A producer that a partition remembers, as DescribeProducers shows it (KIP-664).
 *
 * @param lastSequence -1 when no batch of its epoch is known
 * @param lastTimestampMs the largest timestamp of its last batch
 * @param coordinatorEpoch of its last transaction marker; -1 when there was none
 * @param currentTransactionFirstOffset -1 without an open transaction
 */
public record ProducerSummary(
        long producerId,
        short epoch,
        int lastSequence,
        long lastTimestampMs,
        int coordinatorEpoch,
        long currentTransactionFirstOffset) {}
