package dev.ottla.coordinator.txn;

/** What is due at some time. */
sealed interface TransactionTimer {
    /** A transaction has been open for as long as its producer allowed. */
    record Timeout(String transactionalId) implements TransactionTimer {}

    /** Those who wait for the end of a transaction have waited long enough. */
    record Patience(String transactionalId) implements TransactionTimer {}

    /** The partitions of an ending transaction should have been told by now: they are told again. */
    record Telling(String transactionalId) implements TransactionTimer {}

    /** Transactional ids that nobody uses are looked for. */
    record Expiry() implements TransactionTimer {}
}
