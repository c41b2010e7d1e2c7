package dev.ottla.broker.txn;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.Ending;
import dev.ottla.coordinator.txn.ProducerIdentity;
import dev.ottla.coordinator.txn.TransactionPartition;
import dev.ottla.log.AppendResult;
import dev.ottla.replication.Partition;
import dev.ottla.replication.PartitionWatcher;
import dev.ottla.replication.Partitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the markers that end transactions, and tells when they are committed. A thread of its own does it, so that those who decide (the journal's thread
 * most of all) never wait for a log; what comes in while it writes goes to the disk together.
 */
public final class MarkerWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MarkerWriter.class);

    /** How long a partition that could not be told is left alone. */
    private static final long RETRY_NANOS = 50_000_000;

    private final Partitions partitions;
    private final String offsetsTopic;
    private final OffsetMarkers offsetMarkers;
    private final Clock clock;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    private final List<Marking> underWay = new ArrayList<>();
    private final Set<EndingKey> endings = new HashSet<>();
    private final PriorityQueue<Retry> retries = new PriorityQueue<>((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
    private final Map<Partition, Integer> watched = new HashMap<>();
    private final PartitionWatcher watcher = new PartitionWatcher() {
        @Override
        public void onProgress(Partition partition, int sizeBytes) {
            wake();
        }

        @Override
        public void onChange(Partition partition) {
            wake();
        }
    };

    /** A coordinator may ask for the same thing again, not knowing how far it is. */
    private record EndingKey(String transactionalId, ProducerIdentity producer, int coordinatorEpoch) {}

    private record Retry(long atNanos, Runnable work) {}

    /** @param offsetsTopic whose markers go to {@code offsetMarkers} */
    public MarkerWriter(Partitions partitions, String offsetsTopic, OffsetMarkers offsetMarkers, Clock clock) {
        this.partitions = partitions;
        this.offsetsTopic = offsetsTopic;
        this.offsetMarkers = offsetMarkers;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("transaction-markers").start(this::work);
    }

    /**
     * Tells all partitions of a transaction how it ended, as often as it takes. A partition whose topic is gone needs not know. Any thread.
     *
     * @param whenToldAll not called when a newer coordinator has taken over
     */
    void write(Ending ending, int coordinatorEpoch, Runnable whenToldAll) {
        EndingKey key = new EndingKey(ending.transactionalId(), ending.producer(), coordinatorEpoch);
        BatchKind.End end = new BatchKind.End(
                ending.producer().producerId(),
                ending.producer().epoch(),
                ending.commit(),
                coordinatorEpoch,
                ending.version());
        run(() -> {
            if (endings.add(key)) {
                tell(key, end, ending.partitions(), whenToldAll);
            }
        });
    }

    private void tell(EndingKey key, BatchKind.End end, Collection<TransactionPartition> where, Runnable whenToldAll) {
        begin(new Marking(end, where, results -> {
            List<TransactionPartition> left = new ArrayList<>();
            boolean superseded = false;
            for (Map.Entry<TransactionPartition, ErrorCode> result : results.entrySet()) {
                switch (result.getValue()) {
                    // With the epoch of another transaction: it was told before.
                    case NONE, INVALID_PRODUCER_EPOCH, UNKNOWN_TOPIC_OR_PARTITION -> {}
                    case TRANSACTION_COORDINATOR_FENCED -> superseded = true;
                    default -> left.add(result.getKey());
                }
            }
            if (superseded) {
                LOG.info("The end of a transaction of {} is another coordinator's to tell", key.transactionalId());
                endings.remove(key);
            } else if (left.isEmpty()) {
                endings.remove(key);
                whenToldAll.run();
            } else {
                LOG.debug("{} do not know yet how a transaction ended: {}", left, results);
                retries.add(new Retry(clock.monotonicNanos() + RETRY_NANOS, () -> tell(key, end, left, whenToldAll)));
            }
        }));
    }

    /**
     * Tells partitions once. Any thread.
     *
     * @param whenDone given NONE for each partition where the marker is committed, or why it is not
     */
    void write(
            BatchKind.End end,
            Collection<TransactionPartition> where,
            Consumer<Map<TransactionPartition, ErrorCode>> whenDone) {
        run(() -> begin(new Marking(end, where, whenDone)));
    }

    private void begin(Marking marking) {
        for (TransactionPartition where : marking.open()) {
            if (where.topic().equals(offsetsTopic)) {
                offsetMarkers.end(where.partition(), marking.end(), new Waiter<>() {
                    @Override
                    public void answer(BatchKind.End done) {
                        run(() -> marking.result(where, ErrorCode.NONE));
                    }

                    @Override
                    public void refuse(ErrorCode code, String detail) {
                        run(() -> marking.result(where, code));
                    }
                });
            } else {
                append(marking, where);
            }
        }
        underWay.add(marking);
    }

    private void append(Marking marking, TransactionPartition where) {
        Partition partition = partitions.byName(where.topic(), where.partition());
        if (partition == null) {
            marking.result(where, partitions.whyNot(where.topic(), where.partition()));
            return;
        }
        if (watched.merge(partition, 1, Integer::sum) == 1) {
            partition.watch(watcher);
        }
        BatchKind.End end = marking.end();
        AppendResult result;
        try {
            result = partition.appendMarker(
                    end.producerId(),
                    end.producerEpoch(),
                    end.commit(),
                    end.coordinatorEpoch(),
                    end.transactionVersion(),
                    clock.wallMs());
        } catch (OttlaException e) {
            result = AppendResult.refused(e.code(), String.valueOf(e.getMessage()), -1);
        }
        if (result.succeeded()) {
            marking.appended(where, partition, result.lastOffset() + 1);
        } else {
            marking.result(where, result.error());
            unwatch(partition);
        }
    }

    private void unwatch(Partition partition) {
        if (watched.merge(partition, -1, (have, less) -> have + less == 0 ? null : have + less) == null) {
            partition.unwatch(watcher);
        }
    }

    private void run(Runnable work) {
        inbox.add(work);
        wake();
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    private void work() {
        while (!closed) {
            try {
                Runnable next = inbox.poll();
                while (next != null) {
                    next.run();
                    next = inbox.poll();
                }
                retry();
                if (!look() && inbox.isEmpty()) {
                    park();
                }
            } catch (RuntimeException e) {
                LOG.error("A transaction's end could not be told; its coordinator will have it told again", e);
            }
        }
    }

    private void retry() {
        Retry due = retries.peek();
        while (due != null && due.atNanos() - clock.monotonicNanos() <= 0) {
            retries.poll();
            due.work().run();
            due = retries.peek();
        }
    }

    /** Whether any marking is done by now. */
    private boolean look() {
        List<Marking> done = new ArrayList<>();
        underWay.removeIf(marking -> marking.isDone(this::unwatch) && done.add(marking));
        done.forEach(Marking::tell);
        return !done.isEmpty();
    }

    private void park() {
        Retry due = retries.peek();
        if (due == null) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, Math.max(1, due.atNanos() - clock.monotonicNanos()));
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }
}
