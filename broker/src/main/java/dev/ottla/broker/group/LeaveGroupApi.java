package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.List;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;

/** LeaveGroup: before version 3 one member leaves, and its error is the request's. */
final class LeaveGroupApi {
    private static final short FIRST_WITH_MANY = 3;

    private final GroupCoordinators coordinators;

    private LeaveGroupApi(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(GroupCoordinators coordinators) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.LEAVE_GROUP, LeaveGroupRequestData.class, new LeaveGroupApi(coordinators)::ask);
    }

    private void ask(RequestContext request, LeaveGroupRequestData message, Waiter<LeaveGroupResponseData> waiter) {
        if (request.version() >= FIRST_WITH_MANY) {
            coordinators.submit(
                    message.groupId(),
                    waiter,
                    (core, leaving, step) -> step.answer(leaving, core.leave(message, step)));
            return;
        }
        LeaveGroupRequestData many = new LeaveGroupRequestData()
                .setGroupId(message.groupId())
                .setMembers(List.of(new MemberIdentity().setMemberId(message.memberId())));
        coordinators.submit(
                message.groupId(),
                waiter,
                (core, leaving, step) -> step.answer(leaving, asOne(core.leave(many, step))));
    }

    private static LeaveGroupResponseData asOne(LeaveGroupResponseData many) {
        short error = many.errorCode();
        if (error == ErrorCode.NONE.wireCode() && !many.members().isEmpty()) {
            error = many.members().getFirst().errorCode();
        }
        return new LeaveGroupResponseData().setErrorCode(error);
    }
}
