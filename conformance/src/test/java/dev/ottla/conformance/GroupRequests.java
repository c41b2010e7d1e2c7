package dev.ottla.conformance;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;

/** Requests about groups, in the usual form; scenarios change fields from there. */
final class GroupRequests {
    static final int SESSION_MS = 30_000;
    private static final int REBALANCE_MS = 10_000;
    private static final int FIRST_WITH_MANY_GROUPS = 8;
    private static final int FIRST_WITH_MANY_LEAVING = 3;

    private GroupRequests() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static FindCoordinatorRequestData findCoordinator(String groupId) {
        return new FindCoordinatorRequestData().setCoordinatorKeys(List.of(groupId));
    }

    /** Joins with protocols of the type "test", each given as {@code name=metadata}. */
    static JoinGroupRequestData join(String groupId, String memberId, String... protocols) {
        JoinGroupRequestProtocolCollection offered = new JoinGroupRequestProtocolCollection();
        for (String protocol : protocols) {
            String[] parts = protocol.split("=", 2);
            offered.add(new JoinGroupRequestProtocol().setName(parts[0]).setMetadata(bytes(parts[1])));
        }
        return new JoinGroupRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setSessionTimeoutMs(SESSION_MS)
                .setRebalanceTimeoutMs(REBALANCE_MS)
                .setProtocolType("test")
                .setProtocols(offered);
    }

    /** Under protocol "a": a follower's, or with assignments, given as {@code member=bytes}, a leader's. */
    static SyncGroupRequestData sync(String groupId, String memberId, int generation, String... assignments) {
        SyncGroupRequestData request = new SyncGroupRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setGenerationId(generation)
                .setProtocolType("test")
                .setProtocolName("a");
        for (String assignment : assignments) {
            int split = assignment.lastIndexOf('=');
            request.assignments()
                    .add(new SyncGroupRequestAssignment()
                            .setMemberId(assignment.substring(0, split))
                            .setAssignment(bytes(assignment.substring(split + 1))));
        }
        return request;
    }

    static HeartbeatRequestData heartbeat(String groupId, String memberId, int generation) {
        return new HeartbeatRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setGenerationId(generation);
    }

    static LeaveGroupRequestData leave(int version, String groupId, String... memberIds) {
        LeaveGroupRequestData request = new LeaveGroupRequestData().setGroupId(groupId);
        if (version < FIRST_WITH_MANY_LEAVING) {
            return request.setMemberId(memberIds[0]);
        }
        for (String memberId : memberIds) {
            request.members().add(new MemberIdentity().setMemberId(memberId));
        }
        return request;
    }

    /** By a committer that is no member; both name and id: the version takes the one it knows. */
    static OffsetCommitRequestData commit(String groupId, String topic, Uuid id, int partition, long offset) {
        return new OffsetCommitRequestData()
                .setGroupId(groupId)
                .setGenerationIdOrMemberEpoch(-1)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName(topic)
                        .setTopicId(id)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)
                                .setCommittedMetadata("said at " + offset)))));
    }

    /** Of one group; a null topic asks for all. */
    static OffsetFetchRequestData fetch(int version, String groupId, String topic, Uuid id, Integer... partitions) {
        if (version >= FIRST_WITH_MANY_GROUPS) {
            OffsetFetchRequestGroup group = new OffsetFetchRequestGroup().setGroupId(groupId);
            group.setTopics(
                    topic == null
                            ? null
                            : List.of(new OffsetFetchRequestTopics()
                                    .setName(topic)
                                    .setTopicId(id)
                                    .setPartitionIndexes(List.of(partitions))));
            return new OffsetFetchRequestData().setGroups(List.of(group));
        }
        return new OffsetFetchRequestData()
                .setGroupId(groupId)
                .setTopics(
                        topic == null
                                ? null
                                : List.of(new OffsetFetchRequestTopic()
                                        .setName(topic)
                                        .setPartitionIndexes(List.of(partitions))));
    }

    static OffsetDeleteRequestData deleteOffset(String groupId, String topic, int partition) {
        OffsetDeleteRequestData request = new OffsetDeleteRequestData().setGroupId(groupId);
        OffsetDeleteRequestTopic asked = new OffsetDeleteRequestTopic()
                .setName(topic)
                .setPartitions(List.of(new OffsetDeleteRequestPartition().setPartitionIndex(partition)));
        request.topics().add(asked);
        return request;
    }

    static DescribeGroupsRequestData describe(String... groupIds) {
        return new DescribeGroupsRequestData().setGroups(List.of(groupIds));
    }

    static DeleteGroupsRequestData delete(String... groupIds) {
        return new DeleteGroupsRequestData().setGroupsNames(List.of(groupIds));
    }
}
