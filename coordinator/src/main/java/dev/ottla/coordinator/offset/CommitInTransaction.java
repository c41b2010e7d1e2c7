package dev.ottla.coordinator.offset;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.classic.ClassicGroup;
import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.event.OffsetPending;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.group.PendingOffsets;
import dev.ottla.coordinator.runtime.Step;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponsePartition;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponseTopic;

/** TxnOffsetCommit (KIP-98, KIP-447): a group will have consumed up to here, once the producer's transaction is committed. The topics exist: who asks has seen to that. */
public final class CommitInTransaction {
    private final Groups groups;

    public CommitInTransaction(Groups groups) {
        this.groups = groups;
    }

    /**
     * @param topicIds of the named topics, {@link TopicId#ZERO} when not known
     * @throws OttlaException ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID
     */
    public TxnOffsetCommitResponseData run(
            Client client, TxnOffsetCommitRequestData request, TopicIds topicIds, Step<GroupEvent> step) {
        Group group = groupOf(request, step);
        Group.Committer committer = new Group.Committer(
                request.memberId(), request.groupInstanceId(), request.generationId(), true, client.version());
        check(group, committer);
        TxnOffsetCommitResponseData response = new TxnOffsetCommitResponseData();
        for (TxnOffsetCommitRequestTopic topic : request.topics()) {
            TxnOffsetCommitResponseTopic answered = new TxnOffsetCommitResponseTopic().setName(topic.name());
            TopicId topicId = topicIds.of(topic.name());
            for (TxnOffsetCommitRequestPartition partition : topic.partitions()) {
                ErrorCode error =
                        generationInsteadOf(group.checkCommit(committer, topicId, partition.partitionIndex()));
                if (error == ErrorCode.NONE) {
                    error = commit(request, topic.name(), topicId, partition, step);
                }
                answered.partitions()
                        .add(new TxnOffsetCommitResponsePartition()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(error.wireCode()));
            }
            response.topics().add(answered);
        }
        return response;
    }

    /** Finds a topic's id by its name. */
    @FunctionalInterface
    public interface TopicIds {
        TopicId of(String topic);
    }

    /** Producers know generations only: an epoch that is too old is told as one (KIP-848). */
    private static void check(Group group, Group.Committer committer) {
        try {
            group.checkCommit(committer);
        } catch (OttlaException refusal) {
            throw refusal.code() == ErrorCode.STALE_MEMBER_EPOCH
                    ? new OttlaException(ErrorCode.ILLEGAL_GENERATION, String.valueOf(refusal.getMessage()))
                    : refusal;
        }
    }

    private static ErrorCode generationInsteadOf(ErrorCode code) {
        return code == ErrorCode.STALE_MEMBER_EPOCH ? ErrorCode.ILLEGAL_GENERATION : code;
    }

    private Group groupOf(TxnOffsetCommitRequestData request, Step<GroupEvent> step) {
        Group known = groups.get(request.groupId());
        if (known != null) {
            return known;
        }
        if (request.generationId() >= 0) {
            throw new OttlaException(ErrorCode.ILLEGAL_GENERATION, "Group " + request.groupId() + " not found.");
        }
        Group simple = new ClassicGroup(request.groupId(), step.now().wallMs());
        groups.put(simple);
        return simple;
    }

    private ErrorCode commit(
            TxnOffsetCommitRequestData request,
            String topic,
            TopicId topicId,
            TxnOffsetCommitRequestPartition partition,
            Step<GroupEvent> step) {
        String metadata = OffsetMetadata.orEmpty(partition.committedMetadata());
        if (OffsetMetadata.isTooLarge(metadata, groups.settings().maxOffsetMetadataBytes())) {
            return ErrorCode.OFFSET_METADATA_TOO_LARGE;
        }
        PendingOffsets pending = groups.pending();
        PendingOffsets.Place place = new PendingOffsets.Place(request.groupId(), topic, partition.partitionIndex());
        if (pending.countOf(request.producerId()) >= PendingOffsets.MAX_PER_PRODUCER
                && !pending.isPending(request.producerId(), place)) {
            return ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
        }
        OffsetPending event = new OffsetPending(
                request.producerId(),
                new OffsetCommitted(
                        request.groupId(),
                        topic,
                        partition.partitionIndex(),
                        new CommittedOffset(
                                partition.committedOffset(),
                                partition.committedLeaderEpoch(),
                                metadata,
                                step.now().wallMs(),
                                CommittedOffset.NO_EXPIRY,
                                topicId)));
        pending.apply(event);
        step.emit(event);
        return ErrorCode.NONE;
    }
}
