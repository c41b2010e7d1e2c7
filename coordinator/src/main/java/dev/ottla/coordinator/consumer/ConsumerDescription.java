package dev.ottla.coordinator.consumer;

import dev.ottla.base.TopicId;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.TopicPartitions;

/** A group of the consumer protocol as ConsumerGroupDescribe tells it. */
public final class ConsumerDescription {
    /** Whose members speak the consumer protocol. */
    private static final byte CONSUMER = 1;

    private static final byte CLASSIC = 0;

    private ConsumerDescription() {}

    /** @param defaultAssignor what is told where members do not say */
    public static DescribedGroup of(ConsumerGroup group, String defaultAssignor, ClusterImage image) {
        DescribedGroup described = new DescribedGroup()
                .setGroupId(group.groupId())
                .setGroupState(group.stateName())
                .setGroupEpoch(group.epoch())
                .setAssignmentEpoch(group.targetEpoch())
                .setAssignorName(assignor(group, defaultAssignor));
        for (ConsumerMember member : group.members()) {
            described
                    .members()
                    .add(new Member()
                            .setMemberId(member.memberId())
                            .setInstanceId(member.wish().instanceId())
                            .setRackId(member.wish().rackId())
                            .setMemberEpoch(member.epoch())
                            .setClientId(member.wish().clientId())
                            .setClientHost(member.wish().clientHost())
                            .setSubscribedTopicNames(member.wish().topics())
                            .setSubscribedTopicRegex(member.wish().pattern())
                            .setAssignment(assignment(member.held(), image))
                            .setTargetAssignment(assignment(group.target(member.memberId()), image))
                            .setMemberType(member.isClassic() ? CLASSIC : CONSUMER));
        }
        return described;
    }

    private static String assignor(ConsumerGroup group, String otherwise) {
        Map<String, Long> votes = group.members().stream()
                .filter(member -> member.wish().assignor() != null)
                .collect(Collectors.groupingBy(
                        member -> String.valueOf(member.wish().assignor()), Collectors.counting()));
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(otherwise);
    }

    private static Assignment assignment(Map<TopicId, SortedSet<Integer>> partitions, ClusterImage image) {
        Assignment assignment = new Assignment();
        partitions.forEach((id, of) -> {
            TopicImage topic = image.topic(id);
            if (topic != null) {
                assignment
                        .topicPartitions()
                        .add(new TopicPartitions()
                                .setTopicId(new Uuid(id.mostSignificantBits(), id.leastSignificantBits()))
                                .setTopicName(topic.name())
                                .setPartitions(List.copyOf(of)));
            }
        });
        return assignment;
    }
}
