package dev.ottla.metadata;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events as bytes. Every event starts with a byte for its kind and a byte for the version of that kind; numbers are big-endian, texts
 * are UTF-8 after their length. A kind or version that is not known is refused: guessing would lose what it says. A changed event gets
 * a new version beside the old one, which stays readable.
 */
public final class EventCodec {
    private static final byte FIRST_VERSION = 1;

    /** With the data folders of brokers and partitions. */
    private static final byte DIRECTORIES_VERSION = 2;

    private static final byte CLUSTER_CREATED = 1;
    private static final byte BROKER_REGISTERED = 2;
    private static final byte TOPIC_CREATED = 3;
    private static final byte TOPIC_DELETED = 4;
    private static final byte PARTITIONS_ADDED = 5;
    private static final byte PARTITION_CHANGED = 6;
    private static final byte LEADER_EPOCHS_BUMPED = 7;
    private static final byte CONFIG_CHANGED = 8;
    private static final byte PRODUCER_IDS_ALLOCATED = 9;
    private static final byte BROKER_DIRECTORIES_CHANGED = 10;

    private static final byte FEATURE_LEVEL_CHANGED = 11;

    private EventCodec() {}

    /** Writes events, their number first. */
    public static byte[] encode(List<MetadataEvent> events) {
        ByteSink sink = new ByteSink();
        sink.putInt(events.size());
        for (MetadataEvent event : events) {
            write(sink, event);
        }
        return sink.toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when the bytes are no events, or of a newer version, or too many
     */
    public static List<MetadataEvent> decode(ByteBuffer bytes) {
        ByteSource source = new ByteSource(bytes);
        int count = source.getCount(2);
        List<MetadataEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(read(source));
        }
        source.requireEnd();
        return events;
    }

    private static void write(ByteSink sink, MetadataEvent event) {
        switch (event) {
            case MetadataEvent.ClusterCreated created -> {
                header(sink, CLUSTER_CREATED);
                sink.putText(created.clusterId());
            }
            case MetadataEvent.BrokerRegistered registered -> {
                header(sink, BROKER_REGISTERED);
                writeBroker(sink, registered.broker());
            }
            case MetadataEvent.BrokerDirectoriesChanged changed -> {
                header(sink, BROKER_DIRECTORIES_CHANGED);
                sink.putInt(changed.brokerId());
                writeDirectories(sink, changed.directories());
            }
            case MetadataEvent.TopicCreated created -> {
                header(sink, TOPIC_CREATED);
                sink.putText(created.topic().name());
                writeId(sink, created.topic().id());
                writePartitions(sink, created.topic().partitions());
            }
            case MetadataEvent.TopicDeleted deleted -> {
                header(sink, TOPIC_DELETED);
                writeId(sink, deleted.topicId());
            }
            case MetadataEvent.PartitionsAdded added -> {
                header(sink, PARTITIONS_ADDED);
                writeId(sink, added.topicId());
                writePartitions(sink, added.partitions());
            }
            case MetadataEvent.PartitionChanged changed -> {
                header(sink, PARTITION_CHANGED);
                writeId(sink, changed.topicId());
                writePartition(sink, changed.partition());
            }
            case MetadataEvent.LeaderEpochsBumped bumped -> {
                header(sink, LEADER_EPOCHS_BUMPED);
                sink.putInt(bumped.brokerId());
            }
            case MetadataEvent.ConfigChanged changed -> {
                header(sink, CONFIG_CHANGED);
                sink.putByte(changed.resource().type().wireCode());
                sink.putText(changed.resource().name());
                sink.putText(changed.name());
                sink.putOptionalText(changed.value());
            }
            case MetadataEvent.ProducerIdsAllocated allocated -> {
                header(sink, PRODUCER_IDS_ALLOCATED);
                sink.putInt(allocated.brokerId());
                sink.putLong(allocated.nextProducerId());
            }
            case MetadataEvent.FeatureLevelChanged changed -> {
                header(sink, FEATURE_LEVEL_CHANGED);
                sink.putText(changed.feature().wireName());
                sink.putShort(changed.level());
                sink.putLong(changed.epoch());
            }
        }
    }

    private static MetadataEvent read(ByteSource source) {
        byte kind = source.getByte();
        byte version = source.getByte();
        if (version < FIRST_VERSION || version > newestVersion(kind)) {
            throw new IllegalArgumentException("Version " + version + " of metadata event " + kind
                    + " is newer than this Ottla can read (" + newestVersion(kind) + ")");
        }
        boolean directories = version >= DIRECTORIES_VERSION;
        return switch (kind) {
            case CLUSTER_CREATED -> new MetadataEvent.ClusterCreated(source.getText());
            case BROKER_REGISTERED -> new MetadataEvent.BrokerRegistered(readBroker(source, directories));
            case BROKER_DIRECTORIES_CHANGED ->
                new MetadataEvent.BrokerDirectoriesChanged(source.getInt(), readDirectories(source));
            case TOPIC_CREATED ->
                new MetadataEvent.TopicCreated(
                        new TopicImage(source.getText(), readId(source), readPartitions(source, directories)));
            case TOPIC_DELETED -> new MetadataEvent.TopicDeleted(readId(source));
            case PARTITIONS_ADDED ->
                new MetadataEvent.PartitionsAdded(readId(source), readPartitions(source, directories));
            case PARTITION_CHANGED ->
                new MetadataEvent.PartitionChanged(readId(source), readPartition(source, directories));
            case LEADER_EPOCHS_BUMPED -> new MetadataEvent.LeaderEpochsBumped(source.getInt());
            case CONFIG_CHANGED -> readConfig(source);
            case PRODUCER_IDS_ALLOCATED -> new MetadataEvent.ProducerIdsAllocated(source.getInt(), source.getLong());
            case FEATURE_LEVEL_CHANGED ->
                new MetadataEvent.FeatureLevelChanged(readFeature(source), source.getShort(), source.getLong());
            default -> throw new IllegalArgumentException("Unknown kind of metadata event: " + kind);
        };
    }

    private static void header(ByteSink sink, byte kind) {
        sink.putByte(kind);
        sink.putByte(newestVersion(kind));
    }

    private static byte newestVersion(byte kind) {
        return switch (kind) {
            case BROKER_REGISTERED, TOPIC_CREATED, PARTITIONS_ADDED, PARTITION_CHANGED -> DIRECTORIES_VERSION;
            default -> FIRST_VERSION;
        };
    }

    private static void writeId(ByteSink sink, TopicId id) {
        sink.putLong(id.mostSignificantBits());
        sink.putLong(id.leastSignificantBits());
    }

    private static TopicId readId(ByteSource source) {
        return new TopicId(source.getLong(), source.getLong());
    }

    private static void writeBroker(ByteSink sink, BrokerImage broker) {
        sink.putInt(broker.brokerId());
        sink.putLong(broker.brokerEpoch());
        sink.putOptionalText(broker.rack());
        sink.putInt(broker.listeners().size());
        for (Listener listener : broker.listeners()) {
            sink.putText(listener.name());
            sink.putText(listener.host());
            sink.putInt(listener.port());
            sink.putShort(listener.securityProtocol());
        }
        writeDirectories(sink, broker.directories());
    }

    private static BrokerImage readBroker(ByteSource source, boolean withDirectories) {
        int brokerId = source.getInt();
        long epoch = source.getLong();
        @Nullable String rack = source.getOptionalText();
        int count = source.getCount(14);
        List<Listener> listeners = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            listeners.add(new Listener(source.getText(), source.getText(), source.getInt(), source.getShort()));
        }
        return new BrokerImage(brokerId, epoch, listeners, rack, withDirectories ? readDirectories(source) : List.of());
    }

    private static void writePartitions(ByteSink sink, List<PartitionImage> partitions) {
        sink.putInt(partitions.size());
        for (PartitionImage partition : partitions) {
            writePartition(sink, partition);
        }
    }

    private static List<PartitionImage> readPartitions(ByteSource source, boolean withDirectories) {
        int count = source.getCount(24);
        List<PartitionImage> partitions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            partitions.add(readPartition(source, withDirectories));
        }
        return partitions;
    }

    private static void writePartition(ByteSink sink, PartitionImage partition) {
        sink.putInt(partition.partition());
        sink.putInt(partition.leader());
        sink.putInt(partition.leaderEpoch());
        sink.putInt(partition.partitionEpoch());
        writeNumbers(sink, partition.replicas());
        writeNumbers(sink, partition.isr());
        writeDirectories(sink, partition.directories());
    }

    private static PartitionImage readPartition(ByteSource source, boolean withDirectories) {
        int partition = source.getInt();
        int leader = source.getInt();
        int leaderEpoch = source.getInt();
        int partitionEpoch = source.getInt();
        List<Integer> replicas = readNumbers(source);
        List<Integer> isr = readNumbers(source);
        List<DirectoryId> directories =
                withDirectories ? readDirectories(source) : PartitionImage.unassigned(replicas.size());
        return new PartitionImage(partition, leader, leaderEpoch, partitionEpoch, replicas, isr, directories);
    }

    private static void writeDirectories(ByteSink sink, List<DirectoryId> directories) {
        sink.putInt(directories.size());
        for (DirectoryId directory : directories) {
            sink.putLong(directory.mostSignificantBits());
            sink.putLong(directory.leastSignificantBits());
        }
    }

    private static List<DirectoryId> readDirectories(ByteSource source) {
        int count = source.getCount(16);
        List<DirectoryId> directories = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            directories.add(new DirectoryId(source.getLong(), source.getLong()));
        }
        return directories;
    }

    private static void writeNumbers(ByteSink sink, List<Integer> numbers) {
        sink.putInt(numbers.size());
        numbers.forEach(sink::putInt);
    }

    private static List<Integer> readNumbers(ByteSource source) {
        int count = source.getCount(4);
        List<Integer> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(source.getInt());
        }
        return numbers;
    }

    private static Feature readFeature(ByteSource source) {
        String name = source.getText();
        Feature feature = Feature.named(name);
        if (feature == null) {
            throw new IllegalArgumentException("Unknown feature " + name);
        }
        return feature;
    }

    private static MetadataEvent readConfig(ByteSource source) {
        byte typeCode = source.getByte();
        ConfigResourceType type = ConfigResourceType.ofWireCode(typeCode);
        if (type == null) {
            throw new IllegalArgumentException("Unknown config resource type " + typeCode);
        }
        ConfigResource resource = new ConfigResource(type, source.getText());
        return new MetadataEvent.ConfigChanged(resource, source.getText(), source.getOptionalText());
    }
}
