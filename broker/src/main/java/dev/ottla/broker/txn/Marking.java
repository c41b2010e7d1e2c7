package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.txn.TransactionPartition;
import dev.ottla.replication.Partition;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The end of a transaction on its way to some partitions, each of which says once how it went. Belongs to the {@link MarkerWriter}'s thread. */
final class Marking {
    private final BatchKind.End end;
    private final Consumer<Map<TransactionPartition, ErrorCode>> whenDone;
    private final Set<TransactionPartition> open;
    private final Map<TransactionPartition, Appended> appended = new HashMap<>();
    private final Map<TransactionPartition, ErrorCode> results = new TreeMap<>();

    /** A marker that is in a log up to an offset, and not committed yet. */
    private record Appended(Partition partition, long endOffset) {
        @Nullable
        ErrorCode result() {
            return partition.acknowledged(endOffset, true);
        }
    }

    Marking(
            BatchKind.End end,
            Collection<TransactionPartition> partitions,
            Consumer<Map<TransactionPartition, ErrorCode>> whenDone) {
        this.end = end;
        this.open = new HashSet<>(partitions);
        this.whenDone = whenDone;
    }

    BatchKind.End end() {
        return end;
    }

    Set<TransactionPartition> open() {
        return Set.copyOf(open);
    }

    void appended(TransactionPartition where, Partition partition, long endOffset) {
        appended.put(where, new Appended(partition, endOffset));
    }

    void result(TransactionPartition where, ErrorCode result) {
        if (open.remove(where)) {
            results.put(where, result);
        }
    }

    /** Looks which markers are committed by now; whether all partitions have said how it went. */
    boolean isDone(Consumer<Partition> noLongerAwaited) {
        Iterator<Map.Entry<TransactionPartition, Appended>> left =
                appended.entrySet().iterator();
        while (left.hasNext()) {
            Map.Entry<TransactionPartition, Appended> next = left.next();
            ErrorCode result = next.getValue().result();
            if (result != null) {
                left.remove();
                result(next.getKey(), result);
                noLongerAwaited.accept(next.getValue().partition());
            }
        }
        return open.isEmpty();
    }

    void tell() {
        whenDone.accept(results);
    }
}
