package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.InternalTopic;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.controller.Controller;
import dev.ottla.metadata.Feature;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;

/** The handlers of this room, ready for the API table. */
public final class GroupApis {
    /** The level of group.version that brings it. */
    private static final short CONSUMER_PROTOCOL = 1;

    private GroupApis() {}

    /**
     * What the handlers need of the broker.
     *
     * @param gate asked before offsets are committed in a transaction
     * @param offsets where groups are coordinated
     * @param transactions where transactional ids are
     */
    public record Services(
            Controller controller,
            GroupCoordinators coordinators,
            TransactionGate gate,
            AdvertisedAddresses addresses,
            int nodeId,
            InternalTopic offsets,
            InternalTopic transactions) {}

    public static List<ApiHandler> all(Services services) {
        GroupCoordinators coordinators = services.coordinators();
        Controller controller = services.controller();
        return List.of(
                FindCoordinatorApi.api(
                        services.offsets(),
                        services.transactions(),
                        controller::image,
                        services.nodeId(),
                        services.addresses()),
                JoinGroupApi.api(coordinators),
                SyncGroupApi.api(coordinators),
                heartbeat(coordinators),
                LeaveGroupApi.api(coordinators),
                OffsetCommitApi.api(coordinators, controller::image),
                OffsetFetchApi.api(coordinators, controller::image),
                OffsetDeleteApi.api(coordinators, controller::image),
                TxnOffsetCommitApi.api(coordinators, controller::image, services.gate()),
                ifConsumerProtocol(controller, consumerHeartbeat(coordinators)),
                ifConsumerProtocol(controller, ConsumerGroupDescribeApi.api(coordinators)),
                DescribeGroupsApi.api(coordinators),
                ListGroupsApi.api(coordinators),
                DeleteGroupsApi.api(coordinators));
    }

    /** Refuses it as an API that is not there while group.version is below 1. */
    private static ApiHandler ifConsumerProtocol(Controller controller, ApiHandler api) {
        return new ApiHandler() {
            @Override
            public ApiKeys key() {
                return api.key();
            }

            @Override
            public void handle(RequestContext request) {
                if (controller.image().features().level(Feature.GROUP_VERSION) < CONSUMER_PROTOCOL) {
                    request.fail(ErrorCode.UNSUPPORTED_VERSION);
                } else {
                    api.handle(request);
                }
            }
        };
    }

    private static ApiHandler consumerHeartbeat(GroupCoordinators coordinators) {
        return CoordinatorApi.<ConsumerGroupHeartbeatRequestData, ConsumerGroupHeartbeatResponseData>onLoop(
                ApiKeys.CONSUMER_GROUP_HEARTBEAT,
                ConsumerGroupHeartbeatRequestData.class,
                (request, message, waiter) -> coordinators.submit(
                        request,
                        message.groupId(),
                        core -> core.brief().isBrief(message),
                        waiter,
                        (core, living, step) ->
                                step.answer(living, core.consumerHeartbeat(Clients.of(request), message, step))));
    }

    private static ApiHandler heartbeat(GroupCoordinators coordinators) {
        return CoordinatorApi.<HeartbeatRequestData, HeartbeatResponseData>onLoop(
                ApiKeys.HEARTBEAT,
                HeartbeatRequestData.class,
                (request, message, waiter) -> coordinators.submit(
                        message.groupId(),
                        waiter,
                        (core, living, step) -> step.answer(living, core.heartbeat(message, step))));
    }
}
