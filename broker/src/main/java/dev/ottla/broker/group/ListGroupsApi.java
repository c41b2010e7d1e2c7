package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.Gathering;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.List;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;

/** ListGroups: the groups that are coordinated here. */
final class ListGroupsApi {
    private final GroupCoordinators coordinators;

    private ListGroupsApi(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(GroupCoordinators coordinators) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.LIST_GROUPS, ListGroupsRequestData.class, new ListGroupsApi(coordinators)::ask);
    }

    /** What one coordinator has, or why it cannot say. */
    private record Part(ErrorCode error, List<ListedGroup> groups) {}

    private void ask(RequestContext request, ListGroupsRequestData message, Waiter<ListGroupsResponseData> waiter) {
        List<Integer> partitions = List.copyOf(coordinators.ledPartitions());
        Gathering<Part> parts = new Gathering<>(partitions.size(), all -> waiter.answer(whole(all)));
        for (int i = 0; i < partitions.size(); i++) {
            Waiter<Part> one = parts.waiter(i, (code, detail) -> new Part(code, List.of()));
            coordinators.submit(
                    partitions.get(i),
                    one,
                    (core, listing, step) -> step.answer(listing, new Part(ErrorCode.NONE, core.list(message))));
        }
    }

    private static ListGroupsResponseData whole(List<Part> parts) {
        ListGroupsResponseData response = new ListGroupsResponseData();
        for (Part part : parts) {
            // One that has just moved is listed by its new coordinator.
            if (part.error() != ErrorCode.NONE && part.error() != ErrorCode.NOT_COORDINATOR) {
                return new ListGroupsResponseData().setErrorCode(part.error().wireCode());
            }
            response.groups().addAll(part.groups());
        }
        return response;
    }
}
