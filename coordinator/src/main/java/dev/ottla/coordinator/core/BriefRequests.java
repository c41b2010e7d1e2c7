package dev.ottla.coordinator.core;

import dev.ottla.coordinator.classic.ClassicGroup;
import dev.ottla.coordinator.consumer.ConsumerGroup;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.metadata.TopicImage;
import java.util.Collection;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;

/** Tells the requests that take microseconds from those that look at every member of a large group, at many partitions, or match patterns. */
public final class BriefRequests {
    /** An answer for each of so many takes microseconds. */
    private static final int FEW_ANSWERS = 64;
    /** An assignment for so many members, or of so many partitions, takes some 100 microseconds. */
    private static final int FEW_TO_ASSIGN = 1_000;

    private final Groups groups;

    BriefRequests(Groups groups) {
        this.groups = groups;
    }

    public boolean isBrief(JoinGroupRequestData request) {
        Group known = groups.get(request.groupId());
        return known == null
                || (known instanceof ClassicGroup group
                        && (group.size() <= FEW_ANSWERS || !group.nextJoinConcernsAll()));
    }

    public boolean isBrief(SyncGroupRequestData request) {
        return groups.get(request.groupId()) instanceof ClassicGroup group
                && (group.size() <= FEW_ANSWERS || request.assignments().isEmpty());
    }

    public boolean isBrief(ConsumerGroupHeartbeatRequestData request) {
        Collection<String> topics = request.subscribedTopicNames();
        String pattern = request.subscribedTopicRegex();
        if (pattern != null && !pattern.isEmpty()) {
            return false;
        }
        Group known = groups.get(request.groupId());
        if (known == null) {
            return topics == null || partitionsOf(topics) <= FEW_TO_ASSIGN;
        }
        if (!(known instanceof ConsumerGroup group)) {
            return false;
        }
        boolean saysNothingNew = request.memberEpoch() > 0 && topics == null && pattern == null;
        if (saysNothingNew && !group.hasWorkForAnyHeartbeat(groups.image())) {
            return true;
        }
        return group.patterns().isEmpty()
                && group.size() <= FEW_TO_ASSIGN
                && group.subscriptions().size() <= FEW_ANSWERS
                && partitionsOf(group) + (topics == null ? 0 : partitionsOf(topics)) <= FEW_TO_ASSIGN;
    }

    private int partitionsOf(ConsumerGroup group) {
        return group.subscriptions().stream()
                .mapToInt(subscription -> partitionsOf(subscription.topics()))
                .sum();
    }

    private int partitionsOf(Collection<String> topics) {
        int count = 0;
        for (String name : topics) {
            TopicImage topic = groups.image().topic(name);
            count += topic == null ? 1 : topic.partitionCount();
        }
        return count;
    }
}
