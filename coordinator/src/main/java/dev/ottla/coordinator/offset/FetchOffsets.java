package dev.ottla.coordinator.offset;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.Groups;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.jspecify.annotations.Nullable;

/** OffsetFetch: where a group stands. A group or an offset that is not there is answered with -1, without an error. */
public final class FetchOffsets {
    private static final long NO_OFFSET = -1;
    private static final int NO_EPOCH = -1;

    private final Groups groups;

    public FetchOffsets(Groups groups) {
        this.groups = groups;
    }

    /**
     * @param request topics null for all
     * @param stable a partition with a pending offset is answered with UNSTABLE_OFFSET_COMMIT (KIP-447)
     * @throws dev.ottla.base.OttlaException what {@link Group#checkFetch} throws
     */
    public OffsetFetchResponseGroup run(OffsetFetchRequestGroup request, boolean stable) {
        Group group = groups.get(request.groupId());
        if (group != null) {
            group.checkFetch(request.memberId(), request.memberEpoch());
        }
        OffsetFetchResponseGroup response = new OffsetFetchResponseGroup().setGroupId(request.groupId());
        if (request.topics() == null) {
            groups.offsets()
                    .ofGroup(request.groupId())
                    .forEach((topic, offsets) -> response.topics().add(all(request.groupId(), topic, offsets, stable)));
            return response;
        }
        for (OffsetFetchRequestTopics topic : request.topics()) {
            OffsetFetchResponseTopics answered =
                    new OffsetFetchResponseTopics().setName(topic.name()).setTopicId(topic.topicId());
            SortedMap<Integer, CommittedOffset> offsets = groups.offsets().ofTopic(request.groupId(), topic.name());
            for (int partition : topic.partitionIndexes()) {
                boolean unstable = stable && groups.pending().isUnstable(request.groupId(), topic.name(), partition);
                answered.partitions().add(unstable ? unstable(partition) : answer(partition, offsets.get(partition)));
            }
            response.topics().add(answered);
        }
        return response;
    }

    private OffsetFetchResponseTopics all(
            String groupId, String topic, Map<Integer, CommittedOffset> offsets, boolean stable) {
        OffsetFetchResponseTopics answered = new OffsetFetchResponseTopics().setName(topic);
        offsets.forEach((partition, committed) -> {
            boolean unstable = stable && groups.pending().isUnstable(groupId, topic, partition);
            answered.partitions().add(unstable ? unstable(partition) : answer(partition, committed));
        });
        return answered;
    }

    private static OffsetFetchResponsePartitions unstable(int partition) {
        return answer(partition, null).setErrorCode(ErrorCode.UNSTABLE_OFFSET_COMMIT.wireCode());
    }

    private static OffsetFetchResponsePartitions answer(int partition, @Nullable CommittedOffset committed) {
        OffsetFetchResponsePartitions answer = new OffsetFetchResponsePartitions().setPartitionIndex(partition);
        return committed == null
                ? answer.setCommittedOffset(NO_OFFSET)
                        .setCommittedLeaderEpoch(NO_EPOCH)
                        .setMetadata("")
                : answer.setCommittedOffset(committed.offset())
                        .setCommittedLeaderEpoch(committed.leaderEpoch())
                        .setMetadata(committed.metadata());
    }
}
