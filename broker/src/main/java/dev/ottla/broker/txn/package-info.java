/** Transactions: their coordinators on partitions of {@code __transaction_state}, the markers that end them, and the APIs around them. */
@NullMarked
package dev.ottla.broker.txn;

import org.jspecify.annotations.NullMarked;
