package dev.ottla.broker.txn;

import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Waiter;

/** Ends transactions in partitions of {@code __consumer_offsets}: their coordinators write the markers, since offsets begin to count with them. */
@FunctionalInterface
public interface OffsetMarkers {
    void end(int partition, BatchKind.End end, Waiter<BatchKind.End> waiter);
}
