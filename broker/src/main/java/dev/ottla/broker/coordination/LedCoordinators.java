package dev.ottla.broker.coordination;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.CoordinatorRuntime;
import dev.ottla.coordinator.runtime.Core;
import dev.ottla.coordinator.runtime.CoreCommand;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.record.Codec;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the cluster: a coordinator for each partition of an internal topic that this broker leads. */
public final class LedCoordinators<C extends Core<E>, E> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedCoordinators.class);

    private final String topicName;
    private final Partitions partitions;
    private final int nodeId;
    private final Codec codec;
    private final CoordinatorRuntime<C, E> runtime;
    /** The leader epoch under which each partition is led here. */
    private final Map<Integer, Integer> ledEpochs = new ConcurrentHashMap<>();

    private TopicId topicId = TopicId.ZERO;
    private volatile int partitionCount;

    /** @param codec how each batch of events is compressed */
    public LedCoordinators(
            String topicName, Partitions partitions, int nodeId, Codec codec, CoordinatorRuntime<C, E> runtime) {
        this.topicName = topicName;
        this.partitions = partitions;
        this.nodeId = nodeId;
        this.codec = codec;
        this.runtime = runtime;
    }

    /** The topic as it is now; null when there is none. */
    public synchronized void follow(@Nullable TopicImage topic) {
        if (topic == null || !topic.id().equals(topicId)) {
            Set.copyOf(ledEpochs.keySet()).forEach(this::resign);
        }
        if (topic == null) {
            partitionCount = 0;
            return;
        }
        topicId = topic.id();
        partitionCount = topic.partitionCount();
        for (PartitionImage image : topic.partitions()) {
            Integer ledEpoch = ledEpochs.get(image.partition());
            if (image.leader() != nodeId) {
                resign(image.partition());
            } else if (ledEpoch == null || ledEpoch != image.leaderEpoch()) {
                lead(image);
            }
        }
    }

    private void lead(PartitionImage image) {
        Partition partition = partitions.byId(topicId, image.partition());
        if (partition == null) {
            LOG.warn("{}-{} is led here but not held here", topicName, image.partition());
            return;
        }
        ledEpochs.put(image.partition(), image.leaderEpoch());
        runtime.lead(image.partition(), new PartitionEventLog(partition, codec));
    }

    private void resign(int partition) {
        if (ledEpochs.remove(partition) != null) {
            runtime.resign(partition);
        }
    }

    /** The leader epoch, which is the coordinator's epoch, of the partition that coordinates a key; -1 when that is not led here. */
    public int epochFor(String key) {
        return ledEpochs.getOrDefault(partitionOf(key), -1);
    }

    /** The partition that coordinates a key; -1 while there is no topic. */
    public int partitionOf(String key) {
        int count = partitionCount;
        return count == 0 ? -1 : InternalTopic.partitionOf(key, count);
    }

    /** Runs a command on a key's coordinator. */
    public <R> void submit(String key, BatchKind kind, Waiter<R> waiter, CoreCommand<C, E, R> command) {
        int partition = partitionOf(key);
        if (partition < 0) {
            waiter.refuse(ErrorCode.NOT_COORDINATOR, topicName + " does not exist yet");
            return;
        }
        submit(partition, kind, waiter, command);
    }

    /** Runs a command on the coordinator in a partition. */
    public <R> void submit(int partition, BatchKind kind, Waiter<R> waiter, CoreCommand<C, E, R> command) {
        runtime.submit(partition, kind, waiter, command);
    }

    /** The partitions that are led here. */
    public Set<Integer> partitions() {
        return runtime.partitions();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
