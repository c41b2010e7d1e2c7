package dev.ottla.coordinator.runtime;

/** What the events of one step are written as. */
public sealed interface BatchKind {
    BatchKind PLAIN = Plain.PLAIN;

    /** They count at once. */
    enum Plain implements BatchKind {
        PLAIN
    }

    /**
     * Part of a producer's transaction (KIP-98): nothing of it counts until its end.
     *
     * @param askedAtOffset the log's end when the transaction coordinator was asked whether it has the transaction there: when one of the same
     *     producer has ended since, its word no longer holds (KIP-890). Long.MAX_VALUE when nobody was asked
     */
    record Pending(long producerId, short producerEpoch, long askedAtOffset) implements BatchKind {}

    /**
     * The end of a producer's transaction in this partition: a control batch, and no events.
     *
     * @param producerEpoch with transactions version 2, one more than the transaction's own (KIP-890)
     * @param coordinatorEpoch the leader epoch of the transaction coordinator's partition
     * @param transactionVersion transaction.version as that coordinator has it for this transaction
     */
    record End(long producerId, short producerEpoch, boolean commit, int coordinatorEpoch, int transactionVersion)
            implements BatchKind {}
}
