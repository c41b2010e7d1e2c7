package dev.ottla.controller;

import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;

/** Who leads what once other data folders of a broker work than before. */
final class DirectoryChange {
    private DirectoryChange() {}

    /** The partitions whose leader changes: those in failed folders lose theirs, those in folders that are back get one. */
    static List<MetadataEvent> elections(ClusterImage image, BrokerImage broker) {
        ClusterImage after = image.apply(new MetadataEvent.BrokerRegistered(broker));
        List<MetadataEvent> events = new ArrayList<>();
        for (TopicImage topic : image.topics().values()) {
            for (PartitionImage partition : topic.partitions()) {
                PartitionImage elected = elected(after, partition, broker.brokerId());
                if (!elected.equals(partition)) {
                    events.add(new MetadataEvent.PartitionChanged(topic.id(), elected));
                }
            }
        }
        return events;
    }

    private static PartitionImage elected(ClusterImage after, PartitionImage partition, int brokerId) {
        boolean lost = partition.leader() == brokerId && !after.isOnline(partition, brokerId);
        boolean leaderless = partition.leader() == PartitionImage.NO_LEADER;
        if (!lost && !leaderless) {
            return partition;
        }
        for (int replica : partition.replicas()) {
            if (partition.isr().contains(replica) && after.isOnline(partition, replica)) {
                return partition.ledBy(replica);
            }
        }
        return leaderless ? partition : partition.withoutLeader();
    }
}
