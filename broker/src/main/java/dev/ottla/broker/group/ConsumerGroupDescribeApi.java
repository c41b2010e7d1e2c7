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
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;

/** ConsumerGroupDescribe: groups of the consumer protocol, each with its own error. */
final class ConsumerGroupDescribeApi {
    private final GroupCoordinators coordinators;

    private ConsumerGroupDescribeApi(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(GroupCoordinators coordinators) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.CONSUMER_GROUP_DESCRIBE,
                ConsumerGroupDescribeRequestData.class,
                new ConsumerGroupDescribeApi(coordinators)::ask);
    }

    private void ask(
            RequestContext request,
            ConsumerGroupDescribeRequestData message,
            Waiter<ConsumerGroupDescribeResponseData> waiter) {
        List<String> groupIds = message.groupIds();
        Gathering<DescribedGroup> answers = new Gathering<>(groupIds.size(), groups -> {
            if (message.includeAuthorizedOperations()) {
                groups.stream()
                        .filter(group -> group.errorCode() == ErrorCode.NONE.wireCode())
                        .forEach(group -> group.setAuthorizedOperations(AuthorizedOperations.GROUP));
            }
            waiter.answer(new ConsumerGroupDescribeResponseData().setGroups(groups));
        });
        for (int i = 0; i < groupIds.size(); i++) {
            String groupId = groupIds.get(i);
            Waiter<DescribedGroup> one = answers.waiter(
                    i,
                    (code, detail) -> new DescribedGroup().setGroupId(groupId).setErrorCode(code.wireCode()));
            coordinators.submit(
                    groupId, one, (core, describing, step) -> step.answer(describing, core.describeConsumer(groupId)));
        }
    }
}
