package dev.ottla.broker.txn;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.broker.coordination.LedCoordinators;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.CoordinatorRuntime;
import dev.ottla.coordinator.runtime.CoreCommand;
import dev.ottla.coordinator.runtime.RuntimeSettings;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.Ending;
import dev.ottla.coordinator.txn.TransactionCore;
import dev.ottla.coordinator.txn.TransactionEvent;
import dev.ottla.coordinator.txn.TransactionEventFormat;
import dev.ottla.coordinator.txn.TransactionPorts;
import dev.ottla.coordinator.txn.TransactionSettings;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.record.Codec;
import dev.ottla.replication.Partitions;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The transaction coordinators of this broker: one for each partition of {@code __transaction_state} that it leads. Which one a transactional id has follows
 * from its hash.
 */
public final class TransactionCoordinators implements AutoCloseable {
    private final LedCoordinators<TransactionCore, TransactionEvent> led;
    private final MarkerWriter markers;

    /**
     * @param level the finalized level of the feature transaction.version
     * @param markers closed with this
     */
    public TransactionCoordinators(
            Partitions partitions,
            int nodeId,
            ConfigValues values,
            Supplier<Short> level,
            Clock clock,
            ProducerIds producerIds,
            MarkerWriter markers) {
        TransactionSettings settings = new TransactionSettings(
                values.intOf("transaction.max.timeout.ms"),
                values.intOf("transactional.id.expiration.ms"),
                values.intOf("transaction.remove.expired.transaction.cleanup.interval.ms"));
        TransactionPorts ports = new TransactionPorts(() -> settings, level, producerIds::poll, new Endings());
        this.markers = markers;
        this.led = new LedCoordinators<>(
                TransactionsTopic.NAME,
                partitions,
                nodeId,
                Codec.NONE,
                new CoordinatorRuntime<>(
                        TransactionsTopic.NAME,
                        new TransactionEventFormat(level),
                        () -> new TransactionCore(ports),
                        clock,
                        new RuntimeSettings(values.intOf("request.timeout.ms"))));
    }

    /** Transactions whose end is decided and on the disk. */
    private final class Endings implements Waiter<Ending> {
        @Override
        public void answer(Ending ending) {
            int epoch = led.epochFor(ending.transactionalId());
            if (epoch >= 0) {
                markers.write(ending, epoch, () -> complete(ending));
            }
        }

        @Override
        public void refuse(ErrorCode code, String detail) {
            // Who leads the coordinator's partition next reads that the transaction is ending, and tells its
            // partitions.
        }
    }

    private void complete(Ending ending) {
        submit(ending.transactionalId(), new Nobody(), (core, nobody, step) -> core.complete(ending, step));
    }

    /** A coordinator that is no longer there has a successor, which does it again. */
    private static final class Nobody implements Waiter<Void> {
        @Override
        public void answer(Void done) {}

        @Override
        public void refuse(ErrorCode code, String detail) {}
    }

    /** Follows the cluster. */
    public void apply(ClusterImage before, ClusterImage after) {
        if (!before.topics().equals(after.topics())) {
            led.follow(after.topic(TransactionsTopic.NAME));
        }
    }

    /** Runs a command on a transactional id's coordinator. */
    <R> void submit(
            String transactionalId, Waiter<R> waiter, CoreCommand<TransactionCore, TransactionEvent, R> command) {
        led.submit(transactionalId, BatchKind.Plain.PLAIN, waiter, command);
    }

    /** The partitions whose transactional ids are coordinated here. */
    Set<Integer> ledPartitions() {
        return led.partitions();
    }

    /** Runs a command on one of {@link #ledPartitions}. */
    <R> void submit(int partition, Waiter<R> waiter, CoreCommand<TransactionCore, TransactionEvent, R> command) {
        led.submit(partition, BatchKind.Plain.PLAIN, waiter, command);
    }

    @Override
    public void close() {
        led.close();
        markers.close();
    }
}
