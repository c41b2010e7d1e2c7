package dev.ottla.coordinator.txn;

import java.util.SortedSet;

/**
 * A transaction whose end is decided and on the disk: its partitions are to be told by markers.
 *
 * @param producer whose epoch the markers carry: with version 2 one above that of the records
 * @param version of the transaction protocol; from 2 on a partition takes a marker only above its producer's epoch
 */
public record Ending(
        String transactionalId,
        ProducerIdentity producer,
        boolean commit,
        short version,
        SortedSet<TransactionPartition> partitions) {
    static Ending of(Transaction transaction) {
        return new Ending(
                transaction.transactionalId(),
                transaction.producer(),
                transaction.status() == TransactionStatus.PREPARE_COMMIT,
                transaction.version(),
                transaction.partitions());
    }
}
