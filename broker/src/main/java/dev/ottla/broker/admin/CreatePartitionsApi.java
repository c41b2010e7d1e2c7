package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.controller.Controller;
import dev.ottla.controller.CreatePartitions;
import dev.ottla.controller.CreatePartitions.Increase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.jspecify.annotations.Nullable;

/** CreatePartitions: a row for each topic asked. */
public final class CreatePartitionsApi
        implements MessageHandler<CreatePartitionsRequestData, CreatePartitionsResponseData> {
    private final Controller controller;

    private CreatePartitionsApi(Controller controller) {
        this.controller = controller;
    }

    public static MessageApi<CreatePartitionsRequestData, CreatePartitionsResponseData> api(Controller controller) {
        return MessageApi.onVirtualThread(
                ApiKeys.CREATE_PARTITIONS, CreatePartitionsRequestData.class, new CreatePartitionsApi(controller));
    }

    @Override
    public CreatePartitionsResponseData handle(RequestContext request, CreatePartitionsRequestData message) {
        Set<String> twice = Duplicates.of(message.topics().stream().map(CreatePartitionsTopic::name));
        List<Increase> wanted = new ArrayList<>();
        for (CreatePartitionsTopic topic : message.topics()) {
            if (!twice.contains(topic.name())) {
                wanted.add(new Increase(topic.name(), topic.count(), assignments(topic)));
            }
        }
        CreatePartitionsResponseData response = new CreatePartitionsResponseData();
        for (String name : twice) {
            response.results()
                    .add(new CreatePartitionsTopicResult()
                            .setName(name)
                            .setErrorCode(ErrorCode.INVALID_REQUEST.wireCode())
                            .setErrorMessage(Duplicates.MESSAGE));
        }
        for (CreatePartitions.Result result : controller.submit(new CreatePartitions(wanted, message.validateOnly()))) {
            response.results()
                    .add(new CreatePartitionsTopicResult()
                            .setName(result.name())
                            .setErrorCode(result.outcome().code().wireCode())
                            .setErrorMessage(Messages.of(result.outcome())));
        }
        return response;
    }

    private static @Nullable List<List<Integer>> assignments(CreatePartitionsTopic topic) {
        return topic.assignments() == null
                ? null
                : topic.assignments().stream()
                        .map(CreatePartitionsAssignment::brokerIds)
                        .toList();
    }
}
