package dev.ottla.broker.group;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.RandomSource;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.LedCoordinators;
import dev.ottla.coordinator.core.GroupCore;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.GroupEventFormat;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.CoordinatorRuntime;
import dev.ottla.coordinator.runtime.CoreCommand;
import dev.ottla.coordinator.runtime.RuntimeSettings;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.record.Codec;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The group coordinators of this broker: one for each partition of {@code __consumer_offsets} that it leads. Which one a group has follows from the hash of
 * its id.
 */
public final class GroupCoordinators implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCoordinators.class);
    private static final long MS_PER_MINUTE = 60_000;

    private final Partitions partitions;
    private final LedCoordinators<GroupCore, GroupEvent> led;
    private final Function<ClusterImage, ConfigValues> values;
    private final Codec codec;
    private volatile GroupSettings settings;

    /** @param values the broker's settings as an image has them */
    public GroupCoordinators(
            Partitions partitions,
            int nodeId,
            Function<ClusterImage, ConfigValues> values,
            Clock clock,
            RandomSource random) {
        this.partitions = partitions;
        this.values = values;
        ConfigValues atStart = values.apply(ClusterImage.EMPTY);
        this.settings = settings(atStart);
        this.codec = codec(atStart.intOf("offsets.topic.compression.codec"));
        RandomSource shared = () -> {
            synchronized (random) {
                return random.nextLong();
            }
        };
        this.led = new LedCoordinators<>(
                OffsetsTopic.NAME,
                partitions,
                nodeId,
                codec,
                new CoordinatorRuntime<>(
                        OffsetsTopic.NAME,
                        new GroupEventFormat((short) atStart.intOf("ottla.offsets.value.version")),
                        () -> new GroupCore(this::settings, partitions::image, shared),
                        clock,
                        new RuntimeSettings(atStart.intOf("offsets.commit.timeout.ms"))));
    }

    private GroupSettings settings() {
        return settings;
    }

    private static Codec codec(int id) {
        Codec codec = Codec.byId(id);
        if (codec == null) {
            throw new IllegalArgumentException("The settings let codec " + id + " pass");
        }
        return codec;
    }

    private static GroupSettings settings(ConfigValues values) {
        return new GroupSettings(
                values.intOf("group.min.session.timeout.ms"),
                values.intOf("group.max.session.timeout.ms"),
                values.intOf("group.initial.rebalance.delay.ms"),
                values.intOf("group.max.size"),
                values.intOf("offset.metadata.max.bytes"),
                values.intOf("offsets.retention.minutes") * MS_PER_MINUTE,
                values.longOf("offsets.retention.check.interval.ms"),
                new GroupSettings.Consumer(
                        ownNumber(values, "heartbeat.interval.ms"),
                        ownNumber(values, "session.timeout.ms"),
                        values.intOf("group.consumer.max.size"),
                        ownNumber(values, "assignment.interval.ms"),
                        values.listOf("group.consumer.assignors"),
                        GroupSettings.Migration.valueOf(values.stringOf("group.consumer.migration.policy")
                                .toUpperCase(Locale.ROOT))));
    }

    private static GroupSettings.OwnNumber ownNumber(ConfigValues values, String name) {
        int min = values.intOf("group.consumer.min." + name);
        int max = values.intOf("group.consumer.max." + name);
        // A live value may lie outside; Kafka takes the bound then.
        return new GroupSettings.OwnNumber(Math.clamp(values.intOf("group.consumer." + name), min, max), min, max);
    }

    /** Follows the cluster: leads what this broker leads, and forgets the offsets of topics that are gone. */
    public synchronized void apply(ClusterImage before, ClusterImage after) {
        if (!before.configs().equals(after.configs())) {
            settings = settings(values.apply(after));
        }
        if (before.topics().equals(after.topics())) {
            return;
        }
        led.follow(after.topic(OffsetsTopic.NAME));
        for (TopicImage topic : before.topics().values()) {
            if (after.topic(topic.name()) == null) {
                forget(topic.name());
            }
        }
    }

    private void forget(String topic) {
        for (int partition : led.partitions()) {
            Waiter<Void> nobody = new Waiter<>() {
                @Override
                public void answer(Void done) {
                    LOG.debug("Offsets of {} are gone", topic);
                }

                @Override
                public void refuse(ErrorCode code, String detail) {
                    LOG.warn("Offsets of the deleted topic {} stay until they expire: {} {}", topic, code, detail);
                }
            };
            led.submit(partition, BatchKind.PLAIN, nobody, (core, waiter, step) -> core.forgetTopic(topic, step));
        }
    }

    /** Runs a command on a group's coordinator. */
    <R> void submit(String groupId, Waiter<R> waiter, CoreCommand<GroupCore, GroupEvent, R> command) {
        led.submit(groupId, BatchKind.PLAIN, waiter, command);
    }

    /** Runs a command on a group's coordinator: on the request's own loop if it is brief, else on a virtual thread. */
    <R> void submit(
            RequestContext request,
            String groupId,
            Predicate<GroupCore> isBrief,
            Waiter<R> waiter,
            CoreCommand<GroupCore, GroupEvent, R> command) {
        submit(groupId, waiter, (core, same, step) -> {
            if (isBrief.test(core)) {
                command.run(core, same, step);
            } else {
                request.runBlocking(() -> submit(groupId, waiter, command));
            }
        });
    }

    /** Runs a command whose events are written as a batch of this kind, on a group's coordinator. */
    <R> void submit(String groupId, BatchKind kind, Waiter<R> waiter, CoreCommand<GroupCore, GroupEvent, R> command) {
        led.submit(groupId, kind, waiter, command);
    }

    /**
     * Ends a producer's transaction in a partition of {@code __consumer_offsets}: appends its marker, and what was pending counts or is dropped.
     *
     * @param waiter answered with the end itself once its marker is committed; refused with INVALID_PRODUCER_EPOCH, TRANSACTION_COORDINATOR_FENCED, or
     *     NOT_LEADER_OR_FOLLOWER to try again
     */
    public void endTransaction(int partition, BatchKind.End end, Waiter<BatchKind.End> waiter) {
        Waiter<BatchKind.End> ofMarkers = new Waiter<>() {
            @Override
            public void answer(BatchKind.End ended) {
                waiter.answer(ended);
            }

            @Override
            public void refuse(ErrorCode code, String detail) {
                waiter.refuse(markerRefusal(partition, code), detail);
            }
        };
        led.submit(partition, end, ofMarkers, (core, ending, step) -> {
            core.endTransaction(end.producerId(), end.commit());
            step.answer(ending, end);
        });
    }

    /** As Kafka tells the writer of a marker. */
    private ErrorCode markerRefusal(int partition, ErrorCode code) {
        return switch (code) {
            case COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR ->
                partitions.whyNot(OffsetsTopic.NAME, partition);
            default -> code;
        };
    }

    /** The partition of {@code __consumer_offsets} that a group's offsets go to; null while it is not led here. */
    @Nullable
    Partition partitionOf(String groupId) {
        int partition = led.partitionOf(groupId);
        return partition < 0 ? null : partitions.byName(OffsetsTopic.NAME, partition);
    }

    /** The partitions whose groups are coordinated here. */
    Set<Integer> ledPartitions() {
        return led.partitions();
    }

    /** Runs a command on one of {@link #ledPartitions}. */
    <R> void submit(int partition, Waiter<R> waiter, CoreCommand<GroupCore, GroupEvent, R> command) {
        led.submit(partition, BatchKind.PLAIN, waiter, command);
    }

    @Override
    public void close() {
        led.close();
    }
}
