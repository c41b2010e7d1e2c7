package dev.ottla.coordinator.event;

import dev.ottla.base.TopicId;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.EventFormat;
import dev.ottla.coordinator.runtime.StoredEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.apache.kafka.coordinator.group.generated.GroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.LegacyOffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.LegacyOffsetCommitValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group events in Kafka's own record formats: a 16-bit record type before each key, a 16-bit version before each value. Reads what Kafka 0.10 and later
 * wrote; writes as 4.3 does.
 */
public final class GroupEventFormat implements EventFormat<GroupEvent> {
    /** The newest that Kafka 4.3 writes: with the topic's id (KIP-848 follow-ups). */
    public static final short OFFSET_VALUE_WITH_TOPIC_ID = 4;

    /** For readers of {@code __consumer_offsets} that know no topic ids yet. */
    public static final short OFFSET_VALUE_WITHOUT_TOPIC_ID = 3;

    private static final Logger LOG = LoggerFactory.getLogger(GroupEventFormat.class);

    /** Expiry in the value itself came and went with this version. */
    private static final short OFFSET_VALUE_WITH_EXPIRY = 1;

    private static final short GROUP_VALUE = 3;

    private final short offsetValueVersion;

    /** @param offsetValueVersion {@link #OFFSET_VALUE_WITH_TOPIC_ID} or {@link #OFFSET_VALUE_WITHOUT_TOPIC_ID} */
    public GroupEventFormat(short offsetValueVersion) {
        this.offsetValueVersion = offsetValueVersion;
    }

    @Override
    public StoredEvent encode(GroupEvent event) {
        return switch (event) {
            case OffsetCommitted committed -> encode(committed);
            // That it is pending is its batch's to say.
            case OffsetPending pending -> encode(pending.offset());
            case OffsetForgotten forgotten ->
                new StoredEvent(offsetKey(forgotten.groupId(), forgotten.topic(), forgotten.partition()), null);
            case ClassicGroupStored group -> new StoredEvent(groupKey(group.groupId()), groupValue(group));
            case ClassicGroupForgotten group -> new StoredEvent(groupKey(group.groupId()), null);
            case ConsumerGroupEvent consumer -> ConsumerEventFormat.encode(consumer);
        };
    }

    private StoredEvent encode(OffsetCommitted committed) {
        return new StoredEvent(
                offsetKey(committed.groupId(), committed.topic(), committed.partition()),
                offsetValue(committed.committed()));
    }

    @Override
    public @Nullable GroupEvent decode(BatchKind kind, ByteBuffer key, @Nullable ByteBuffer value) {
        GroupEvent event = decode(key, value);
        return kind instanceof BatchKind.Pending pending && event instanceof OffsetCommitted offset
                ? new OffsetPending(pending.producerId(), offset)
                : event;
    }

    private static @Nullable GroupEvent decode(ByteBuffer key, @Nullable ByteBuffer value) {
        short type = key.getShort();
        CoordinatorRecordType known = recordType(type);
        if (known == null) {
            LOG.warn("A record of type {} in __consumer_offsets is of no use here and was passed over", type);
            return null;
        }
        return switch (known) {
            case LEGACY_OFFSET_COMMIT -> {
                LegacyOffsetCommitKey legacy = new LegacyOffsetCommitKey(new ByteBufferAccessor(key), (short) 0);
                yield value == null
                        ? new OffsetForgotten(legacy.group(), legacy.topic(), legacy.partition())
                        : new OffsetCommitted(legacy.group(), legacy.topic(), legacy.partition(), legacyOffset(value));
            }
            case OFFSET_COMMIT -> {
                OffsetCommitKey current = new OffsetCommitKey(new ByteBufferAccessor(key), (short) 0);
                yield value == null
                        ? new OffsetForgotten(current.group(), current.topic(), current.partition())
                        : new OffsetCommitted(current.group(), current.topic(), current.partition(), offset(value));
            }
            case GROUP_METADATA -> {
                String groupId = new GroupMetadataKey(new ByteBufferAccessor(key), (short) 0).group();
                yield value == null ? new ClassicGroupForgotten(groupId) : group(groupId, value);
            }
            default -> ConsumerEventFormat.decode(known, key, value);
        };
    }

    private static @Nullable CoordinatorRecordType recordType(short type) {
        try {
            return CoordinatorRecordType.fromId(type);
        } catch (UnsupportedVersionException unknown) {
            return null;
        }
    }

    private static ByteBuffer offsetKey(String groupId, String topic, int partition) {
        return key(
                CoordinatorRecordType.OFFSET_COMMIT,
                new OffsetCommitKey().setGroup(groupId).setTopic(topic).setPartition(partition));
    }

    private static ByteBuffer groupKey(String groupId) {
        return key(CoordinatorRecordType.GROUP_METADATA, new GroupMetadataKey().setGroup(groupId));
    }

    private ByteBuffer offsetValue(CommittedOffset committed) {
        // Only version 1 can say when an offset goes.
        short version =
                committed.expireAtMs() == CommittedOffset.NO_EXPIRY ? offsetValueVersion : OFFSET_VALUE_WITH_EXPIRY;
        OffsetCommitValue value = new OffsetCommitValue()
                .setOffset(committed.offset())
                .setMetadata(committed.metadata())
                .setCommitTimestamp(committed.commitTimestampMs())
                .setExpireTimestamp(committed.expireAtMs());
        if (version >= OFFSET_VALUE_WITHOUT_TOPIC_ID) {
            value.setLeaderEpoch(committed.leaderEpoch());
        }
        if (version >= OFFSET_VALUE_WITH_TOPIC_ID) {
            value.setTopicId(new Uuid(
                    committed.topicId().mostSignificantBits(),
                    committed.topicId().leastSignificantBits()));
        }
        return value(version, value);
    }

    private static CommittedOffset offset(ByteBuffer bytes) {
        short version = bytes.getShort();
        OffsetCommitValue value = new OffsetCommitValue(new ByteBufferAccessor(bytes), version);
        return new CommittedOffset(
                value.offset(),
                value.leaderEpoch(),
                value.metadata(),
                value.commitTimestamp(),
                value.expireTimestamp(),
                new TopicId(
                        value.topicId().getMostSignificantBits(),
                        value.topicId().getLeastSignificantBits()));
    }

    private static CommittedOffset legacyOffset(ByteBuffer bytes) {
        short version = bytes.getShort();
        LegacyOffsetCommitValue value = new LegacyOffsetCommitValue(new ByteBufferAccessor(bytes), version);
        return new CommittedOffset(
                value.offset(),
                CommittedOffset.NO_EPOCH,
                value.metadata(),
                value.commitTimestamp(),
                CommittedOffset.NO_EXPIRY,
                TopicId.ZERO);
    }

    private static ByteBuffer groupValue(ClassicGroupStored group) {
        List<GroupMetadataValue.MemberMetadata> members = new ArrayList<>();
        for (ClassicGroupStored.Member member : group.members()) {
            members.add(new GroupMetadataValue.MemberMetadata()
                    .setMemberId(member.memberId())
                    .setGroupInstanceId(member.instanceId())
                    .setClientId(member.clientId())
                    .setClientHost(member.clientHost())
                    .setRebalanceTimeout(member.rebalanceTimeoutMs())
                    .setSessionTimeout(member.sessionTimeoutMs())
                    .setSubscription(member.subscription())
                    .setAssignment(member.assignment()));
        }
        return value(
                GROUP_VALUE,
                new GroupMetadataValue()
                        .setProtocolType(group.protocolType())
                        .setGeneration(group.generation())
                        .setProtocol(group.protocol())
                        .setLeader(group.leader())
                        .setCurrentStateTimestamp(group.stateSinceMs())
                        .setMembers(members));
    }

    private static ClassicGroupStored group(String groupId, ByteBuffer bytes) {
        short version = bytes.getShort();
        GroupMetadataValue value = new GroupMetadataValue(new ByteBufferAccessor(bytes), version);
        List<ClassicGroupStored.Member> members = new ArrayList<>();
        for (GroupMetadataValue.MemberMetadata member : value.members()) {
            // Version 0 has no rebalance timeout: the session's serves for both.
            int rebalanceTimeoutMs =
                    member.rebalanceTimeout() < 0 ? member.sessionTimeout() : member.rebalanceTimeout();
            members.add(new ClassicGroupStored.Member(
                    member.memberId(),
                    member.groupInstanceId(),
                    member.clientId(),
                    member.clientHost(),
                    rebalanceTimeoutMs,
                    member.sessionTimeout(),
                    member.subscription(),
                    member.assignment()));
        }
        return new ClassicGroupStored(
                groupId,
                value.protocolType(),
                value.generation(),
                value.protocol(),
                value.leader(),
                value.currentStateTimestamp(),
                List.copyOf(members));
    }

    private static ByteBuffer key(CoordinatorRecordType type, ApiMessage key) {
        return MessageUtil.toVersionPrefixedByteBuffer(type.id(), key);
    }

    private static ByteBuffer value(short version, ApiMessage value) {
        return MessageUtil.toVersionPrefixedByteBuffer(version, value);
    }
}
