package dev.ottla.broker.coordination;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ProducerIdentity;
import dev.ottla.coordinator.txn.TransactionPartition;
import java.util.Map;
import java.util.Set;

/** What a partition asks before the first batch of a transaction is let in: the transaction's coordinator has to know of it, or nobody would ever end it there (KIP-890). */
@FunctionalInterface
public interface TransactionGate {
    /** Whose word counts. */
    enum Mode {
        /** The client has added the partitions itself; is that so? */
        VERIFY,
        /** The client leaves adding them to the broker: transactions version 2. */
        ADD
    }

    /** @param partitions not empty */
    record Question(
            String transactionalId, ProducerIdentity producer, Set<TransactionPartition> partitions, Mode mode) {}

    /**
     * Asks. Does not block.
     *
     * @param waiter answered with NONE or TRANSACTION_ABORTABLE for each partition; or refused for all: INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED,
     *     CONCURRENT_TRANSACTIONS, or because the coordinator is not to be had now
     */
    void ask(Question question, Waiter<Map<TransactionPartition, ErrorCode>> waiter);
}
