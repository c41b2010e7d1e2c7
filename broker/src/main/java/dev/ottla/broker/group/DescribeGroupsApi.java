package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.AuthorizedOperations;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.Gathering;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.List;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;

/** DescribeGroups: classic groups, each with its own error. */
final class DescribeGroupsApi {
    private final GroupCoordinators coordinators;

    private DescribeGroupsApi(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(GroupCoordinators coordinators) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.DESCRIBE_GROUPS, DescribeGroupsRequestData.class, new DescribeGroupsApi(coordinators)::ask);
    }

    private void ask(
            RequestContext request, DescribeGroupsRequestData message, Waiter<DescribeGroupsResponseData> waiter) {
        List<String> groupIds = message.groups();
        Gathering<DescribedGroup> answers = new Gathering<>(groupIds.size(), groups -> {
            if (message.includeAuthorizedOperations()) {
                groups.stream()
                        .filter(group -> group.errorCode() == ErrorCode.NONE.wireCode())
                        .forEach(group -> group.setAuthorizedOperations(AuthorizedOperations.GROUP));
            }
            waiter.answer(new DescribeGroupsResponseData().setGroups(groups));
        });
        for (int i = 0; i < groupIds.size(); i++) {
            String groupId = groupIds.get(i);
            Waiter<DescribedGroup> one = answers.waiter(
                    i,
                    (code, detail) -> new DescribedGroup().setGroupId(groupId).setErrorCode(code.wireCode()));
            coordinators.submit(
                    groupId,
                    one,
                    (core, describing, step) -> step.answer(describing, core.describe(groupId, request.version())));
        }
    }
}
