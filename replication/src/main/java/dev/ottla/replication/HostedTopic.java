package dev.ottla.replication;

import dev.ottla.metadata.TopicImage;
import org.jspecify.annotations.Nullable;

/** A topic as this broker knows it, at one moment; never changed, only replaced. */
final class HostedTopic {
    private final TopicImage image;
    private final PartitionSettings settings;
    private final @Nullable Partition[] partitions;

    /** @param partitions the element at i is partition i; null where another broker holds it */
    HostedTopic(TopicImage image, PartitionSettings settings, @Nullable Partition[] partitions) {
        this.image = image;
        this.settings = settings;
        this.partitions = partitions;
    }

    TopicImage image() {
        return image;
    }

    PartitionSettings settings() {
        return settings;
    }

    int partitionCount() {
        return partitions.length;
    }

    boolean has(int partition) {
        return partition >= 0 && partition < partitions.length;
    }

    @Nullable
    Partition partition(int partition) {
        return has(partition) ? partitions[partition] : null;
    }
}
