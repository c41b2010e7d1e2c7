package dev.ottla.coordinator.offset;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.classic.ClassicGroup;
import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;

/** OffsetCommit: a group has consumed up to here. The topics exist: who asks has seen to that. */
public final class CommitOffsets {
    private static final short FIRST_THAT_SAYS_NOT_FOUND = 9;

    private final Groups groups;

    public CommitOffsets(Groups groups) {
        this.groups = groups;
    }

    /** @throws OttlaException what {@link Group#checkCommit} throws; ILLEGAL_GENERATION or GROUP_ID_NOT_FOUND for a member of no group */
    public OffsetCommitResponseData run(Client client, OffsetCommitRequestData request, Step<GroupEvent> step) {
        Group group = groupOf(client, request, step);
        Group.Committer committer = new Group.Committer(
                request.memberId(),
                request.groupInstanceId(),
                request.generationIdOrMemberEpoch(),
                false,
                client.version());
        group.checkCommit(committer);
        OffsetCommitResponseData response = new OffsetCommitResponseData();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            OffsetCommitResponseTopic answered =
                    new OffsetCommitResponseTopic().setName(topic.name()).setTopicId(topic.topicId());
            for (OffsetCommitRequestPartition partition : topic.partitions()) {
                ErrorCode error = group.checkCommit(committer, topicId(topic), partition.partitionIndex());
                if (error == ErrorCode.NONE) {
                    error = commit(request, topic, partition, step);
                }
                answered.partitions()
                        .add(new OffsetCommitResponsePartition()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(error.wireCode()));
            }
            response.topics().add(answered);
        }
        return response;
    }

    /** An asker that is no member may store offsets under any name. */
    private Group groupOf(Client client, OffsetCommitRequestData request, Step<GroupEvent> step) {
        Group known = groups.get(request.groupId());
        if (known != null) {
            return known;
        }
        if (request.generationIdOrMemberEpoch() >= 0) {
            ErrorCode code = client.version() >= FIRST_THAT_SAYS_NOT_FOUND
                    ? ErrorCode.GROUP_ID_NOT_FOUND
                    : ErrorCode.ILLEGAL_GENERATION;
            throw new OttlaException(code, "Group " + request.groupId() + " not found.");
        }
        Group simple = new ClassicGroup(request.groupId(), step.now().wallMs());
        groups.put(simple);
        return simple;
    }

    private static TopicId topicId(OffsetCommitRequestTopic topic) {
        return new TopicId(
                topic.topicId().getMostSignificantBits(), topic.topicId().getLeastSignificantBits());
    }

    private ErrorCode commit(
            OffsetCommitRequestData request,
            OffsetCommitRequestTopic topic,
            OffsetCommitRequestPartition partition,
            Step<GroupEvent> step) {
        String metadata = OffsetMetadata.orEmpty(partition.committedMetadata());
        if (OffsetMetadata.isTooLarge(metadata, groups.settings().maxOffsetMetadataBytes())) {
            return ErrorCode.OFFSET_METADATA_TOO_LARGE;
        }
        long nowMs = step.now().wallMs();
        long expireAtMs = request.retentionTimeMs() < 0 ? CommittedOffset.NO_EXPIRY : nowMs + request.retentionTimeMs();
        OffsetCommitted event = new OffsetCommitted(
                request.groupId(),
                topic.name(),
                partition.partitionIndex(),
                new CommittedOffset(
                        partition.committedOffset(),
                        partition.committedLeaderEpoch(),
                        metadata,
                        nowMs,
                        expireAtMs,
                        topicId(topic)));
        groups.apply(event);
        step.emit(event);
        return ErrorCode.NONE;
    }
}
