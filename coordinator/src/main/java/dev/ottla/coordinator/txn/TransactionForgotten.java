package dev.ottla.coordinator.txn;

/** Nobody has used it for transactional.id.expiration.ms. */
public record TransactionForgotten(String transactionalId) implements TransactionEvent {}
