package dev.ottla.coordinator.core;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.classic.ClassicDescription;
import dev.ottla.coordinator.classic.ClassicGroup;
import dev.ottla.coordinator.consumer.ConsumerDescription;
import dev.ottla.coordinator.consumer.ConsumerGroup;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.Groups;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.jspecify.annotations.Nullable;

/** DescribeGroups: a classic group as tools show it; one that is not there is "Dead", and an error from version 6 on (KIP-1043). */
final class DescribeGroup {
    private static final short FIRST_THAT_SAYS_NOT_FOUND = 6;

    private DescribeGroup() {}

    static ConsumerGroupDescribeResponseData.DescribedGroup ofConsumer(Groups groups, String groupId) {
        Group group = groups.get(groupId);
        if (group instanceof ConsumerGroup consumer) {
            return ConsumerDescription.of(
                    consumer, groups.settings().consumer().assignors().getFirst(), groups.image());
        }
        String text = group == null
                ? "Consumer group " + groupId + " not found."
                : "Group " + groupId + " is not a consumer group.";
        return new ConsumerGroupDescribeResponseData.DescribedGroup()
                .setGroupId(groupId)
                .setErrorCode(ErrorCode.GROUP_ID_NOT_FOUND.wireCode())
                .setErrorMessage(text);
    }

    static DescribedGroup of(@Nullable Group group, String groupId, short version) {
        if (group instanceof ClassicGroup classic) {
            return ClassicDescription.of(classic);
        }
        DescribedGroup dead = new DescribedGroup().setGroupId(groupId).setGroupState("Dead");
        if (version < FIRST_THAT_SAYS_NOT_FOUND) {
            return dead;
        }
        return dead.setErrorCode(ErrorCode.GROUP_ID_NOT_FOUND.wireCode())
                .setErrorMessage(
                        group == null
                                ? "Group " + groupId + " not found."
                                : "Group " + groupId + " is not a classic group.");
    }
}
