package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/** SyncGroup: answered when the leader has assigned. From version 5 on it must say which protocol it speaks (KIP-559). */
final class SyncGroupApi {
    private static final short FIRST_WITH_PROTOCOL = 5;

    private final GroupCoordinators coordinators;

    private SyncGroupApi(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(GroupCoordinators coordinators) {
        return CoordinatorApi.onLoop(
                ApiKeys.SYNC_GROUP, SyncGroupRequestData.class, new SyncGroupApi(coordinators)::ask);
    }

    private void ask(RequestContext request, SyncGroupRequestData message, Waiter<SyncGroupResponseData> waiter) {
        boolean named = message.protocolType() != null && message.protocolName() != null;
        if (request.version() >= FIRST_WITH_PROTOCOL && !named) {
            waiter.refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, "The request must name its protocol");
            return;
        }
        coordinators.submit(
                request,
                message.groupId(),
                core -> core.brief().isBrief(message),
                waiter,
                (core, syncing, step) -> core.sync(message, syncing, step));
    }
}
