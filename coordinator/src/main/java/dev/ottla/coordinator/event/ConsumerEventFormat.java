package dev.ottla.coordinator.event;

import dev.ottla.base.TopicId;
import dev.ottla.coordinator.runtime.StoredEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupRegularExpressionKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupRegularExpressionValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMetadataValue;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.jspecify.annotations.Nullable;

/** The events of the consumer protocol in Kafka's record formats. */
final class ConsumerEventFormat {
    private static final short VERSION = 0;

    private ConsumerEventFormat() {}

    static StoredEvent encode(ConsumerGroupEvent event) {
        return switch (event) {
            case ConsumerGroupStored e ->
                stored(
                        groupKey(e.groupId()),
                        new ConsumerGroupMetadataValue().setEpoch(e.epoch()).setMetadataHash(e.metadataHash()));
            case ConsumerGroupForgotten e -> stored(groupKey(e.groupId()), null);
            case ConsumerMemberStored e -> stored(memberKey(e.groupId(), e.memberId()), member(e.wish()));
            case ConsumerMemberForgotten e -> stored(memberKey(e.groupId(), e.memberId()), null);
            case TargetEpochStored e ->
                stored(
                        targetEpochKey(e.groupId()),
                        new ConsumerGroupTargetAssignmentMetadataValue()
                                .setAssignmentEpoch(e.epoch())
                                .setAssignmentTimestamp(e.assignedAtMs()));
            case TargetEpochForgotten e -> stored(targetEpochKey(e.groupId()), null);
            case TargetStored e -> stored(targetKey(e.groupId(), e.memberId()), target(e.partitions()));
            case TargetForgotten e -> stored(targetKey(e.groupId(), e.memberId()), null);
            case CurrentAssignmentStored e -> stored(currentKey(e.groupId(), e.memberId()), current(e.current()));
            case CurrentAssignmentForgotten e -> stored(currentKey(e.groupId(), e.memberId()), null);
            case PatternResolved e ->
                stored(
                        patternKey(e.groupId(), e.pattern()),
                        new ConsumerGroupRegularExpressionValue()
                                .setTopics(List.copyOf(e.topics()))
                                .setVersion(e.version())
                                .setTimestamp(e.resolvedAtMs()));
            case PatternForgotten e -> stored(patternKey(e.groupId(), e.pattern()), null);
        };
    }

    /** Null for what is not the consumer protocol's. The key stands behind its type, the value before its version. */
    static @Nullable ConsumerGroupEvent decode(
            CoordinatorRecordType type, ByteBuffer keyBytes, @Nullable ByteBuffer value) {
        ByteBufferAccessor key = new ByteBufferAccessor(keyBytes);
        return switch (type) {
            case CONSUMER_GROUP_METADATA -> {
                String group = new ConsumerGroupMetadataKey(key, VERSION).groupId();
                yield value == null ? new ConsumerGroupForgotten(group) : group(group, value);
            }
            case CONSUMER_GROUP_MEMBER_METADATA -> {
                ConsumerGroupMemberMetadataKey k = new ConsumerGroupMemberMetadataKey(key, VERSION);
                yield value == null
                        ? new ConsumerMemberForgotten(k.groupId(), k.memberId())
                        : new ConsumerMemberStored(k.groupId(), k.memberId(), member(value));
            }
            case CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA -> {
                String group = new ConsumerGroupTargetAssignmentMetadataKey(key, VERSION).groupId();
                yield value == null ? new TargetEpochForgotten(group) : targetEpoch(group, value);
            }
            case CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER -> {
                ConsumerGroupTargetAssignmentMemberKey k = new ConsumerGroupTargetAssignmentMemberKey(key, VERSION);
                yield value == null
                        ? new TargetForgotten(k.groupId(), k.memberId())
                        : new TargetStored(k.groupId(), k.memberId(), target(value));
            }
            case CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT -> {
                ConsumerGroupCurrentMemberAssignmentKey k = new ConsumerGroupCurrentMemberAssignmentKey(key, VERSION);
                yield value == null
                        ? new CurrentAssignmentForgotten(k.groupId(), k.memberId())
                        : new CurrentAssignmentStored(k.groupId(), k.memberId(), current(value));
            }
            case CONSUMER_GROUP_REGULAR_EXPRESSION -> {
                ConsumerGroupRegularExpressionKey k = new ConsumerGroupRegularExpressionKey(key, VERSION);
                yield value == null
                        ? new PatternForgotten(k.groupId(), k.regularExpression())
                        : pattern(k.groupId(), k.regularExpression(), value);
            }
            default -> null;
        };
    }

    private record Key(CoordinatorRecordType type, ApiMessage message) {}

    private static Key groupKey(String groupId) {
        return new Key(
                CoordinatorRecordType.CONSUMER_GROUP_METADATA, new ConsumerGroupMetadataKey().setGroupId(groupId));
    }

    private static Key memberKey(String groupId, String memberId) {
        return new Key(
                CoordinatorRecordType.CONSUMER_GROUP_MEMBER_METADATA,
                new ConsumerGroupMemberMetadataKey().setGroupId(groupId).setMemberId(memberId));
    }

    private static Key targetEpochKey(String groupId) {
        return new Key(
                CoordinatorRecordType.CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA,
                new ConsumerGroupTargetAssignmentMetadataKey().setGroupId(groupId));
    }

    private static Key targetKey(String groupId, String memberId) {
        return new Key(
                CoordinatorRecordType.CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER,
                new ConsumerGroupTargetAssignmentMemberKey().setGroupId(groupId).setMemberId(memberId));
    }

    private static Key currentKey(String groupId, String memberId) {
        return new Key(
                CoordinatorRecordType.CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT,
                new ConsumerGroupCurrentMemberAssignmentKey()
                        .setGroupId(groupId)
                        .setMemberId(memberId));
    }

    private static Key patternKey(String groupId, String pattern) {
        return new Key(
                CoordinatorRecordType.CONSUMER_GROUP_REGULAR_EXPRESSION,
                new ConsumerGroupRegularExpressionKey().setGroupId(groupId).setRegularExpression(pattern));
    }

    private static StoredEvent stored(Key key, @Nullable ApiMessage value) {
        return new StoredEvent(
                MessageUtil.toVersionPrefixedByteBuffer(key.type().id(), key.message()),
                value == null ? null : MessageUtil.toVersionPrefixedByteBuffer(VERSION, value));
    }

    private static ConsumerGroupStored group(String groupId, ByteBuffer bytes) {
        short version = bytes.getShort();
        ConsumerGroupMetadataValue value = new ConsumerGroupMetadataValue(new ByteBufferAccessor(bytes), version);
        return new ConsumerGroupStored(groupId, value.epoch(), value.metadataHash());
    }

    private static TargetEpochStored targetEpoch(String groupId, ByteBuffer bytes) {
        short version = bytes.getShort();
        ConsumerGroupTargetAssignmentMetadataValue value =
                new ConsumerGroupTargetAssignmentMetadataValue(new ByteBufferAccessor(bytes), version);
        return new TargetEpochStored(groupId, value.assignmentEpoch(), value.assignmentTimestamp());
    }

    private static PatternResolved pattern(String groupId, String pattern, ByteBuffer bytes) {
        short version = bytes.getShort();
        ConsumerGroupRegularExpressionValue value =
                new ConsumerGroupRegularExpressionValue(new ByteBufferAccessor(bytes), version);
        return new PatternResolved(groupId, pattern, new TreeSet<>(value.topics()), value.version(), value.timestamp());
    }

    private static ConsumerGroupMemberMetadataValue member(MemberWish wish) {
        return new ConsumerGroupMemberMetadataValue()
                .setInstanceId(wish.instanceId())
                .setRackId(wish.rackId())
                .setClientId(wish.clientId())
                .setClientHost(wish.clientHost())
                .setRebalanceTimeoutMs(wish.rebalanceTimeoutMs())
                .setSubscribedTopicNames(wish.topics())
                .setSubscribedTopicRegex(wish.pattern())
                .setServerAssignor(wish.assignor())
                .setClassicMemberMetadata(wish.classic() == null ? null : classic(wish.classic()));
    }

    private static ClassicMemberMetadata classic(ClassicWish wish) {
        return new ClassicMemberMetadata()
                .setSessionTimeoutMs(wish.sessionTimeoutMs())
                .setSupportedProtocols(wish.offers().stream()
                        .map(offer ->
                                new ClassicProtocol().setName(offer.name()).setMetadata(offer.metadata()))
                        .toList());
    }

    private static @Nullable ClassicWish classic(@Nullable ClassicMemberMetadata value) {
        return value == null
                ? null
                : new ClassicWish(
                        value.sessionTimeoutMs(),
                        value.supportedProtocols().stream()
                                .map(offer -> new ClassicOffer(offer.name(), offer.metadata()))
                                .toList());
    }

    private static MemberWish member(ByteBuffer bytes) {
        short version = bytes.getShort();
        ConsumerGroupMemberMetadataValue value =
                new ConsumerGroupMemberMetadataValue(new ByteBufferAccessor(bytes), version);
        return new MemberWish(
                value.instanceId(),
                value.rackId(),
                value.clientId(),
                value.clientHost(),
                value.rebalanceTimeoutMs(),
                List.copyOf(value.subscribedTopicNames()),
                value.subscribedTopicRegex() == null ? "" : value.subscribedTopicRegex(),
                value.serverAssignor(),
                classic(value.classicMemberMetadata()));
    }

    private static ConsumerGroupTargetAssignmentMemberValue target(Map<TopicId, SortedSet<Integer>> partitions) {
        List<ConsumerGroupTargetAssignmentMemberValue.TopicPartition> topics = new ArrayList<>();
        partitions.forEach((topic, numbers) -> topics.add(new ConsumerGroupTargetAssignmentMemberValue.TopicPartition()
                .setTopicId(uuid(topic))
                .setPartitions(List.copyOf(numbers))));
        return new ConsumerGroupTargetAssignmentMemberValue().setTopicPartitions(topics);
    }

    private static Map<TopicId, SortedSet<Integer>> target(ByteBuffer bytes) {
        short version = bytes.getShort();
        ConsumerGroupTargetAssignmentMemberValue value =
                new ConsumerGroupTargetAssignmentMemberValue(new ByteBufferAccessor(bytes), version);
        Map<TopicId, SortedSet<Integer>> partitions = new TreeMap<>();
        value.topicPartitions()
                .forEach(topic -> partitions.put(topicId(topic.topicId()), new TreeSet<>(topic.partitions())));
        return partitions;
    }

    private static ConsumerGroupCurrentMemberAssignmentValue current(CurrentAssignment current) {
        return new ConsumerGroupCurrentMemberAssignmentValue()
                .setMemberEpoch(current.memberEpoch())
                .setPreviousMemberEpoch(current.previousEpoch())
                .setState(current.state().id())
                .setAssignedPartitions(withEpochs(current.assigned()))
                .setPartitionsPendingRevocation(withEpochs(current.revoking()));
    }

    private static List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> withEpochs(
            Map<TopicId, SortedMap<Integer, Integer>> partitions) {
        List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> topics = new ArrayList<>();
        partitions.forEach((topic, epochs) -> topics.add(new ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions()
                .setTopicId(uuid(topic))
                .setPartitions(List.copyOf(epochs.keySet()))
                .setAssignmentEpochs(List.copyOf(epochs.values()))));
        return topics;
    }

    private static CurrentAssignment current(ByteBuffer bytes) {
        short version = bytes.getShort();
        ConsumerGroupCurrentMemberAssignmentValue value =
                new ConsumerGroupCurrentMemberAssignmentValue(new ByteBufferAccessor(bytes), version);
        return new CurrentAssignment(
                value.memberEpoch(),
                value.previousMemberEpoch(),
                CurrentAssignment.State.of(value.state()),
                withEpochs(value.assignedPartitions(), value.memberEpoch()),
                withEpochs(value.partitionsPendingRevocation(), value.memberEpoch()));
    }

    /** Before Kafka 4.2 nobody wrote when a partition came: the member's epoch stands for it. */
    private static Map<TopicId, SortedMap<Integer, Integer>> withEpochs(
            List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> topics, int otherwise) {
        Map<TopicId, SortedMap<Integer, Integer>> partitions = new TreeMap<>();
        for (ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions topic : topics) {
            SortedMap<Integer, Integer> epochs = new TreeMap<>();
            List<Integer> written = topic.assignmentEpochs();
            for (int i = 0; i < topic.partitions().size(); i++) {
                boolean known = written != null && i < written.size();
                epochs.put(topic.partitions().get(i), known ? written.get(i) : otherwise);
            }
            partitions.put(topicId(topic.topicId()), epochs);
        }
        return partitions;
    }

    private static Uuid uuid(TopicId id) {
        return new Uuid(id.mostSignificantBits(), id.leastSignificantBits());
    }

    private static TopicId topicId(Uuid id) {
        return new TopicId(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
