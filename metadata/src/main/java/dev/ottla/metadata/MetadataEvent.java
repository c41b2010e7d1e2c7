package dev.ottla.metadata;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.TopicId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to the cluster: the only thing that changes a {@link ClusterImage}, and what the metadata log holds. */
public sealed interface MetadataEvent {
    /** The first event of every log. */
    record ClusterCreated(String clusterId) implements MetadataEvent {}

    /** A broker started, or changed where it is reached; replaces an earlier registration of the same id. */
    record BrokerRegistered(BrokerImage broker) implements MetadataEvent {}

    /**
     * Data folders of a broker have failed, or work again.
     *
     * @param directories all that work now
     */
    record BrokerDirectoriesChanged(int brokerId, List<DirectoryId> directories) implements MetadataEvent {
        public BrokerDirectoriesChanged {
            directories = List.copyOf(directories);
        }
    }

    record TopicCreated(TopicImage topic) implements MetadataEvent {}

    /** Its configs go with it. */
    record TopicDeleted(TopicId topicId) implements MetadataEvent {}

    /** Partitions behind the last one of a topic. */
    record PartitionsAdded(TopicId topicId, List<PartitionImage> partitions) implements MetadataEvent {
        public PartitionsAdded {
            partitions = List.copyOf(partitions);
        }
    }

    /** Another leader, epoch, ISR or data folder of one partition. */
    record PartitionChanged(TopicId topicId, PartitionImage partition) implements MetadataEvent {}

    /** Every partition led by a broker gets a new leader epoch: its log may have lost a tail that clients have seen. */
    record LeaderEpochsBumped(int brokerId) implements MetadataEvent {}

    /** @param value null when the setting was removed */
    record ConfigChanged(
            ConfigResource resource, String name, @Nullable String value) implements MetadataEvent {}

    /**
     * A broker got the producer ids below {@code nextProducerId} that nobody had.
     *
     * @param nextProducerId the first id that nobody has yet
     */
    record ProducerIdsAllocated(int brokerId, long nextProducerId) implements MetadataEvent {}

    /**
     * A feature has another level.
     *
     * @param epoch of all levels from now on
     */
    record FeatureLevelChanged(Feature feature, short level, long epoch) implements MetadataEvent {}
}
