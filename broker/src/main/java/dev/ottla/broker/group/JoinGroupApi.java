package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;

/** JoinGroup: answered when the next generation begins. */
final class JoinGroupApi {
    private static final short FIRST_WITH_NULLABLE_PROTOCOL = 7;

    private final GroupCoordinators coordinators;

    private JoinGroupApi(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(GroupCoordinators coordinators) {
        return CoordinatorApi.onLoop(
                ApiKeys.JOIN_GROUP, JoinGroupRequestData.class, new JoinGroupApi(coordinators)::ask);
    }

    private void ask(RequestContext request, JoinGroupRequestData message, Waiter<JoinGroupResponseData> waiter) {
        Waiter<JoinGroupResponseData> inVersion =
                request.version() >= FIRST_WITH_NULLABLE_PROTOCOL ? waiter : new OldWaiter(waiter);
        coordinators.submit(
                request,
                message.groupId(),
                core -> core.brief().isBrief(message),
                inVersion,
                (core, joining, step) -> core.join(Clients.of(request), message, joining, step));
    }

    /** Before version 7 "none" is an empty name. */
    private record OldWaiter(Waiter<JoinGroupResponseData> waiter) implements Waiter<JoinGroupResponseData> {
        @Override
        public void answer(JoinGroupResponseData response) {
            waiter.answer(response.protocolName() == null ? response.setProtocolName("") : response);
        }

        @Override
        public void refuse(ErrorCode code, String detail) {
            waiter.refuse(code, detail);
        }
    }
}
