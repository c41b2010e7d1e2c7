package dev.ottla.metadata;

import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One topic.
 *
 * @param partitions in order: the element at i is partition i
 */
public record TopicImage(String name, TopicId id, List<PartitionImage> partitions) {
    /** Kafka's internal topics: clients may read them, but only brokers write them. */
    private static final List<String> INTERNAL_NAMES =
            List.of("__consumer_offsets", "__transaction_state", "__share_group_state");

    public TopicImage {
        partitions = List.copyOf(partitions);
        for (int i = 0; i < partitions.size(); i++) {
            if (partitions.get(i).partition() != i) {
                throw new IllegalArgumentException("Topic " + name + " has partition "
                        + partitions.get(i).partition() + " where " + i + " belongs");
            }
        }
    }

    /** The partition, or null when the topic has fewer. */
    public @Nullable PartitionImage partition(int partition) {
        return partition >= 0 && partition < partitions.size() ? partitions.get(partition) : null;
    }

    public int partitionCount() {
        return partitions.size();
    }

    public TopicPartition topicPartition(int partition) {
        return new TopicPartition(id, name, partition);
    }

    /** Whether it is one of Kafka's internal topics. */
    public boolean isInternal() {
        return isInternal(name);
    }

    public static boolean isInternal(String topicName) {
        return INTERNAL_NAMES.contains(topicName);
    }

    TopicImage withPartition(PartitionImage changed) {
        List<PartitionImage> after = new ArrayList<>(partitions);
        after.set(changed.partition(), changed);
        return new TopicImage(name, id, after);
    }

    TopicImage withMorePartitions(List<PartitionImage> added) {
        List<PartitionImage> after = new ArrayList<>(partitions.size() + added.size());
        after.addAll(partitions);
        after.addAll(added);
        return new TopicImage(name, id, after);
    }
}
