package dev.ottla.coordinator.core;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.classic.ClassicGroup;
import dev.ottla.coordinator.classic.ClassicProtocol;
import dev.ottla.coordinator.consumer.ConsumerGroup;
import dev.ottla.coordinator.consumer.ConsumerProtocol;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/**
 * A group changes its protocol while its members run (KIP-848): to the consumer protocol when the first member comes that speaks it, back when the last one has gone. In
 * between, members of both share it.
 */
final class Migration {
    private static final int JOIN = 0;

    private final Groups groups;
    private final ClassicProtocol classic;
    private final ConsumerProtocol consumer;

    Migration(Groups groups, ClassicProtocol classic, ConsumerProtocol consumer) {
        this.groups = groups;
        this.classic = classic;
        this.consumer = consumer;
    }

    /** Somebody who speaks the consumer protocol joins a group of the classic protocol that has members. */
    void upgradeIfDue(Client client, ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        if (request.memberEpoch() != JOIN
                || !(groups.get(request.groupId()) instanceof ClassicGroup group)
                || group.isEmpty()) {
            return;
        }
        // What is refused must not have changed the group.
        consumer.check(client, request);
        GroupSettings.Consumer settings = groups.settings().consumer();
        if (settings.migration().upgrades() && group.size() < settings.maxSize() && group.isOfConsumers()) {
            consumer.takeOver(classic.handOver(group, step), step);
        }
    }

    /** @param gone whether somebody may have left; else one member took the place of another */
    void downgradeIfDue(String groupId, boolean gone, Step<GroupEvent> step) {
        if (groups.get(groupId) instanceof ConsumerGroup group && consumer.isLeftToClassicMembers(group)) {
            boolean rebalances = gone || !consumer.isSettled(group);
            classic.takeOver(consumer.handOver(group, step), rebalances, step);
        }
    }

    void join(
            ConsumerGroup group,
            Client client,
            JoinGroupRequestData request,
            Waiter<JoinGroupResponseData> waiter,
            Step<GroupEvent> step) {
        if (!groups.settings().allowsSession(request.sessionTimeoutMs())) {
            step.answer(waiter, refused(request, ErrorCode.INVALID_SESSION_TIMEOUT));
            return;
        }
        try {
            step.answer(waiter, consumer.join(group, client, request, step));
        } catch (OttlaException refusal) {
            step.answer(waiter, refused(request, refusal.code()));
            return;
        }
        downgradeIfDue(request.groupId(), false, step);
    }

    private static JoinGroupResponseData refused(JoinGroupRequestData request, ErrorCode error) {
        // As Kafka answers: whoever cannot be in this group has no id in it.
        String memberId = error == ErrorCode.INCONSISTENT_GROUP_PROTOCOL ? "" : request.memberId();
        return new JoinGroupResponseData().setMemberId(memberId).setErrorCode(error.wireCode());
    }

    void sync(
            ConsumerGroup group,
            SyncGroupRequestData request,
            Waiter<SyncGroupResponseData> waiter,
            Step<GroupEvent> step) {
        try {
            step.answer(waiter, consumer.sync(group, request, step));
        } catch (OttlaException refusal) {
            step.answer(
                    waiter,
                    new SyncGroupResponseData().setErrorCode(refusal.code().wireCode()));
        }
    }
}
