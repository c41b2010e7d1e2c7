package dev.ottla.broker.group;

import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.controller.Controller;
import dev.ottla.metadata.config.ConfigValues;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** The handlers of this room, ready for the API table. */
public final class GroupApis {
    private GroupApis() {}

    /**
     * What the handlers need of the broker.
     *
     * @param values this broker's settings
     */
    public record Services(
            Controller controller,
            GroupCoordinators coordinators,
            AdvertisedAddresses addresses,
            int nodeId,
            ConfigValues values) {}

    public static List<ApiHandler> all(Services services) {
        GroupCoordinators coordinators = services.coordinators();
        Controller controller = services.controller();
        return List.of(
                FindCoordinatorApi.api(
                        new OffsetsTopic(controller, services.values()),
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
                consumerHeartbeat(coordinators),
                ConsumerGroupDescribeApi.api(coordinators),
                DescribeGroupsApi.api(coordinators),
                ListGroupsApi.api(coordinators),
                DeleteGroupsApi.api(coordinators));
    }

    private static ApiHandler consumerHeartbeat(GroupCoordinators coordinators) {
        return GroupApi.<ConsumerGroupHeartbeatRequestData, ConsumerGroupHeartbeatResponseData>onVirtualThread(
                ApiKeys.CONSUMER_GROUP_HEARTBEAT,
                ConsumerGroupHeartbeatRequestData.class,
                (request, message, waiter) -> coordinators.submit(
                        message.groupId(),
                        waiter,
                        (core, living, step) ->
                                step.answer(living, core.consumerHeartbeat(Clients.of(request), message, step))));
    }

    private static ApiHandler heartbeat(GroupCoordinators coordinators) {
        return GroupApi.<HeartbeatRequestData, HeartbeatResponseData>onLoop(
                ApiKeys.HEARTBEAT,
                HeartbeatRequestData.class,
                (request, message, waiter) -> coordinators.submit(
                        message.groupId(),
                        waiter,
                        (core, living, step) -> step.answer(living, core.heartbeat(message, step))));
    }
}
