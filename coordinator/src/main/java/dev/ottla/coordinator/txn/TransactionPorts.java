package dev.ottla.coordinator.txn;

import dev.ottla.coordinator.runtime.Waiter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the transactions' core needs of the world.
 *
 * @param settings this broker's
 * @param version the finalized level of the feature transaction.version: 0, 1 or 2
 * @param producerIds an id that no producer has had; null when none is at hand. Never waits
 * @param markers told of each transaction whose end is decided and committed, perhaps more than once; answers by {@link TransactionCore#complete}
 */
public record TransactionPorts(
        Supplier<TransactionSettings> settings,
        Supplier<Short> version,
        Supplier<@Nullable Long> producerIds,
        Waiter<Ending> markers) {}
