package dev.ottla.replication;

import dev.ottla.metadata.TopicImage;
import org.jspecify.annotations.Nullable;

/**
 * A topic as this broker knows it.
 *
 * @param partitions the element at i is partition i; null where another broker holds it
 */
record HostedTopic(TopicImage image, PartitionSettings settings, @Nullable Partition[] partitions) {
    boolean has(int partition) {
        return partition >= 0 && partition < partitions.length;
    }

    @Nullable
    Partition partition(int partition) {
        return has(partition) ? partitions[partition] : null;
    }
}
