package dev.ottla.benchmarks.groups;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;

/** Requests that commit offsets, version 9 or below: topics by name. */
final class Commits {
    private Commits() {}

    /** For the topic's first {@code partitions} partitions. */
    static OffsetCommitRequestData of(
            String groupId, String memberId, int generation, String topic, int partitions, long offset) {
        List<OffsetCommitRequestPartition> offsets = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            offsets.add(new OffsetCommitRequestPartition()
                    .setPartitionIndex(partition)
                    .setCommittedOffset(offset + partition)
                    .setCommittedMetadata(""));
        }
        return new OffsetCommitRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setGenerationIdOrMemberEpoch(generation)
                .setTopics(List.of(new OffsetCommitRequestTopic().setName(topic).setPartitions(offsets)));
    }
}
