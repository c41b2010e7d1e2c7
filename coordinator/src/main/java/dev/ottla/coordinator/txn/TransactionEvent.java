package dev.ottla.coordinator.txn;

/** What changes a transactional id. */
public sealed interface TransactionEvent permits TransactionStored, TransactionForgotten {}
