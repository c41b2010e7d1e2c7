package dev.ottla.coordinator.core;

import dev.ottla.base.TopicId;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;

/** A cluster's topics, that come, grow and go, and the settings of its groups. */
final class ReadTopics {
    private ClusterImage image = ClusterImage.EMPTY;
    private long created;
    private long registered;

    ClusterImage image() {
        return image;
    }

    void create(String name, int partitions) {
        if (image.topic(name) == null) {
            TopicId id = new TopicId(7, ++created);
            image = image.apply(new MetadataEvent.TopicCreated(new TopicImage(name, id, partitions(0, partitions))));
        }
    }

    void grow(String name) {
        TopicImage topic = image.topic(name);
        if (topic != null && topic.partitionCount() < 12) {
            int count = topic.partitionCount();
            image = image.apply(new MetadataEvent.PartitionsAdded(topic.id(), partitions(count, count + 2)));
        }
    }

    void delete(String name) {
        TopicImage topic = image.topic(name);
        if (topic != null) {
            image = image.apply(new MetadataEvent.TopicDeleted(topic.id()));
        }
    }

    /** A broker starts, in a rack or in none. */
    void register(int brokerId, String rack) {
        image = image.apply(new MetadataEvent.BrokerRegistered(
                new BrokerImage(brokerId, ++registered, List.of(), rack, List.of())));
    }

    /** A group's own setting; null takes it back. */
    void set(String groupId, String name, String value) {
        image = image.apply(new MetadataEvent.ConfigChanged(ConfigResource.group(groupId), name, value));
    }

    private static List<PartitionImage> partitions(int from, int to) {
        List<PartitionImage> partitions = new ArrayList<>();
        for (int i = from; i < to; i++) {
            partitions.add(PartitionImage.created(i, List.of(1)));
        }
        return partitions;
    }
}
