package dev.ottla.metadata;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.TopicId;
import java.util.ArrayList;
import java.util.List;

/** One event of every kind, in an order that applies. */
final class Events {
    static final TopicId ID = new TopicId(0x1122334455667788L, 0x99AABBCCDDEEFF00L);

    static final DirectoryId DIRECTORY = new DirectoryId(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
    static final DirectoryId OTHER_DIRECTORY = new DirectoryId(3, 4);

    private Events() {}

    static List<MetadataEvent> oneOfEach() {
        List<MetadataEvent> events = new ArrayList<>(withDirectories());
        events.add(new MetadataEvent.FeatureLevelChanged(Feature.TRANSACTION_VERSION, (short) 1, 1));
        events.add(new MetadataEvent.FeatureLevelChanged(Feature.GROUP_VERSION, (short) 0, 2));
        return events;
    }

    /** What there was before levels of features could be set. */
    static List<MetadataEvent> withDirectories() {
        List<MetadataEvent> events = new ArrayList<>(ofTheFirstFormat());
        PartitionImage inDirectory =
                PartitionImage.created(0, List.of(1, 2)).createdIn(2, DIRECTORY).ledBy(2);
        MetadataEvent topicDeleted = events.removeLast();
        events.add(new MetadataEvent.BrokerRegistered(
                new BrokerImage(2, 9, List.of(), null, List.of(OTHER_DIRECTORY, DIRECTORY))));
        events.add(new MetadataEvent.BrokerDirectoriesChanged(2, List.of(DIRECTORY)));
        events.add(new MetadataEvent.PartitionChanged(ID, inDirectory));
        events.add(new MetadataEvent.PartitionChanged(ID, inDirectory.withoutLeader()));
        events.add(topicDeleted);
        return events;
    }

    /** What there was before data folders were metadata. */
    static List<MetadataEvent> ofTheFirstFormat() {
        PartitionImage first = PartitionImage.created(0, List.of(1, 2));
        return List.of(
                new MetadataEvent.ClusterCreated("cluster-ß"),
                new MetadataEvent.BrokerRegistered(new BrokerImage(
                        1, 7, List.of(new Listener("PLAINTEXT", "127.0.0.1", 9092, (short) 0)), null, List.of())),
                new MetadataEvent.BrokerRegistered(new BrokerImage(2, 8, List.of(), "rack-a", List.of())),
                new MetadataEvent.TopicCreated(new TopicImage("t.a", ID, List.of(first))),
                new MetadataEvent.PartitionsAdded(ID, List.of(PartitionImage.created(1, List.of(2, 1), List.of(2)))),
                new MetadataEvent.PartitionChanged(ID, first.ledBy(2)),
                new MetadataEvent.LeaderEpochsBumped(2),
                new MetadataEvent.ConfigChanged(ConfigResource.topic("t.a"), "retention.ms", "5"),
                new MetadataEvent.ConfigChanged(ConfigResource.topic("t.a"), "retention.bytes", ""),
                new MetadataEvent.ConfigChanged(ConfigResource.topic("t.a"), "retention.ms", null),
                new MetadataEvent.ConfigChanged(ConfigResource.ALL_BROKERS, "message.max.bytes", "5"),
                new MetadataEvent.ProducerIdsAllocated(1, 1000),
                new MetadataEvent.TopicDeleted(ID));
    }
}
