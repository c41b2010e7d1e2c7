package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.Gathering;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.List;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResultCollection;

/** DeleteGroups: empty groups go with their offsets, each with its own error. */
final class DeleteGroupsApi {
    private final GroupCoordinators coordinators;

    private DeleteGroupsApi(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(GroupCoordinators coordinators) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.DELETE_GROUPS, DeleteGroupsRequestData.class, new DeleteGroupsApi(coordinators)::ask);
    }

    private void ask(RequestContext request, DeleteGroupsRequestData message, Waiter<DeleteGroupsResponseData> waiter) {
        List<String> groupIds = message.groupsNames();
        Gathering<DeletableGroupResult> answers = new Gathering<>(groupIds.size(), results -> {
            DeletableGroupResultCollection collection = new DeletableGroupResultCollection();
            results.forEach(collection::add);
            waiter.answer(new DeleteGroupsResponseData().setResults(collection));
        });
        for (int i = 0; i < groupIds.size(); i++) {
            String groupId = groupIds.get(i);
            Waiter<DeletableGroupResult> one = answers.waiter(i, (code, detail) -> result(groupId, code));
            coordinators.submit(
                    groupId,
                    one,
                    (core, deleting, step) -> step.answer(deleting, result(groupId, core.delete(groupId, step))));
        }
    }

    private static DeletableGroupResult result(String groupId, ErrorCode code) {
        return new DeletableGroupResult().setGroupId(groupId).setErrorCode(code.wireCode());
    }
}
