package dev.ottla.coordinator.classic;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;

/** Heartbeat: a member lives, and hears whether it should join again. */
final class ClassicHeartbeat {
    private final Groups groups;
    private final Rebalance rebalance;

    ClassicHeartbeat(Groups groups, Rebalance rebalance) {
        this.groups = groups;
        this.rebalance = rebalance;
    }

    /** @throws OttlaException INVALID_GROUP_ID, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION */
    HeartbeatResponseData run(HeartbeatRequestData request, Step<GroupEvent> step) {
        Groups.checkId(request.groupId());
        if (!(groups.get(request.groupId()) instanceof ClassicGroup group)) {
            throw new OttlaException(ErrorCode.UNKNOWN_MEMBER_ID, "There is no such member");
        }
        group.checkMember(request.memberId(), request.groupInstanceId());
        group.checkGeneration(request.generationId());
        rebalance.expectHeartbeat(group, group.member(request.memberId()), step);
        boolean rebalances = group.isIn(ClassicState.PREPARING_REBALANCE);
        return new HeartbeatResponseData()
                .setErrorCode((rebalances ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE).wireCode());
    }
}
