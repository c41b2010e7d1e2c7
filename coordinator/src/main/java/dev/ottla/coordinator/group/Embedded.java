package dev.ottla.coordinator.group;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.jspecify.annotations.Nullable;

/** What consumers send to each other through a group of the classic protocol: subscriptions and assignments. Each begins with its version. */
public final class Embedded {
    private Embedded() {}

    /**
     * A consumer's metadata.
     *
     * @param owned the partitions that it has and would like to keep, by topic
     */
    public record Subscription(
            List<String> topics, @Nullable String rackId, SortedMap<String, SortedSet<Integer>> owned) {}

    /** The topics that a consumer's metadata names; null when it is not what Kafka's consumers send. */
    public static @Nullable List<String> topics(byte[] metadata) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(metadata);
            short version = bytes.getShort();
            // Every version begins as version 0 does, so newer ones can be read too.
            return version < 0
                    ? null
                    : new ConsumerProtocolSubscription(new ByteBufferAccessor(bytes), (short) 0).topics();
        } catch (RuntimeException notASubscription) {
            return null;
        }
    }

    /** All of a consumer's metadata; null when it is not what Kafka's consumers send. */
    public static @Nullable Subscription subscription(byte[] metadata) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(metadata);
            short version = bytes.getShort();
            if (version < 0) {
                return null;
            }
            short readable = (short) Math.min(version, ConsumerProtocolSubscription.HIGHEST_SUPPORTED_VERSION);
            ConsumerProtocolSubscription read =
                    new ConsumerProtocolSubscription(new ByteBufferAccessor(bytes), readable);
            SortedMap<String, SortedSet<Integer>> owned = new TreeMap<>();
            read.ownedPartitions()
                    .forEach(topic -> owned.computeIfAbsent(topic.topic(), name -> new TreeSet<>())
                            .addAll(topic.partitions()));
            return new Subscription(List.copyOf(read.topics()), read.rackId(), owned);
        } catch (RuntimeException notASubscription) {
            return null;
        }
    }

    /** The partitions that an assignment gives, by topic; nothing when it is not what Kafka's consumers send. */
    public static SortedMap<String, SortedSet<Integer>> partitions(byte[] assignment) {
        SortedMap<String, SortedSet<Integer>> partitions = new TreeMap<>();
        try {
            ByteBuffer bytes = ByteBuffer.wrap(assignment);
            short version = bytes.getShort();
            if (version >= 0) {
                short readable = (short) Math.min(version, ConsumerProtocolAssignment.HIGHEST_SUPPORTED_VERSION);
                new ConsumerProtocolAssignment(new ByteBufferAccessor(bytes), readable)
                        .assignedPartitions()
                        .forEach(topic -> partitions
                                .computeIfAbsent(topic.topic(), name -> new TreeSet<>())
                                .addAll(topic.partitions()));
            }
        } catch (RuntimeException notAnAssignment) {
            partitions.clear();
        }
        return partitions;
    }

    /**
     * An assignment as the consumer that sent this subscription reads it.
     *
     * @param partitions by topic
     */
    public static byte[] assignment(SortedMap<String, ? extends SortedSet<Integer>> partitions, byte[] subscription) {
        short asked = subscription.length < Short.BYTES
                ? 0
                : ByteBuffer.wrap(subscription).getShort();
        short version = (short) Math.clamp(asked, 0, ConsumerProtocolAssignment.HIGHEST_SUPPORTED_VERSION);
        ConsumerProtocolAssignment assignment = new ConsumerProtocolAssignment();
        partitions.forEach((topic, numbers) -> assignment
                .assignedPartitions()
                .add(new ConsumerProtocolAssignment.TopicPartition()
                        .setTopic(topic)
                        .setPartitions(List.copyOf(numbers))));
        ByteBuffer bytes = MessageUtil.toVersionPrefixedByteBuffer(version, assignment);
        byte[] encoded = new byte[bytes.remaining()];
        bytes.get(encoded);
        return encoded;
    }
}
