package dev.ottla.coordinator.core;

import dev.ottla.base.TopicId;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;

/** What a core says of a group of the consumer protocol when it is asked to describe it. */
final class SaidOfGroup {
    private final RunningCore core;
    private final String groupId;
    private final ReadTopics topics;

    SaidOfGroup(RunningCore core, String groupId, ReadTopics topics) {
        this.core = core;
        this.groupId = groupId;
        this.topics = topics;
    }

    DescribedGroup group() {
        return core.now().describeConsumer(groupId);
    }

    /** Null when it is not in the group. */
    Member member(String memberId) {
        return group().members().stream()
                .filter(each -> each.memberId().equals(memberId))
                .findFirst()
                .orElse(null);
    }

    /** An answer that was lost is no excuse for having what was never given, or was taken. What is known of deleted topics is not described. */
    boolean claimsMore(Member said, ConsumerGroupHeartbeatRequestData request) {
        return request.topicPartitions().stream()
                .filter(claimed -> topics.image()
                                .topic(new TopicId(
                                        claimed.topicId().getMostSignificantBits(),
                                        claimed.topicId().getLeastSignificantBits()))
                        != null)
                .anyMatch(claimed -> said.assignment().topicPartitions().stream()
                        .noneMatch(each -> each.topicId().equals(claimed.topicId())
                                && each.partitions().containsAll(claimed.partitions())));
    }

    static boolean has(Member member, String topic, int partition) {
        return member.assignment().topicPartitions().stream()
                .anyMatch(each ->
                        each.topicName().equals(topic) && each.partitions().contains(partition));
    }
}
