/** Transactions of producers (KIP-98, KIP-360, KIP-890): a state machine for each transactional id, and its form in {@code __transaction_state}. */
@NullMarked
package dev.ottla.coordinator.txn;

import org.jspecify.annotations.NullMarked;
