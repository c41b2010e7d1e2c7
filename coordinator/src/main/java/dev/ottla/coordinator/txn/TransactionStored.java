package dev.ottla.coordinator.txn;

/** From here on a transactional id stands so. */
public record TransactionStored(Transaction transaction) implements TransactionEvent {}
