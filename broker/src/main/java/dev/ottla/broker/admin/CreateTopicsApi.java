package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.WireIds;
import dev.ottla.controller.ConfigSetting;
import dev.ottla.controller.Controller;
import dev.ottla.controller.CreateTopics;
import dev.ottla.controller.CreateTopics.Assignment;
import dev.ottla.controller.CreateTopics.NewTopic;
import dev.ottla.metadata.config.ConfigEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;

/** CreateTopics: a name that stands twice in a request fails, each other topic succeeds or fails on its own. */
public final class CreateTopicsApi implements MessageHandler<CreateTopicsRequestData, CreateTopicsResponseData> {
    private final Controller controller;

    private CreateTopicsApi(Controller controller) {
        this.controller = controller;
    }

    public static MessageApi<CreateTopicsRequestData, CreateTopicsResponseData> api(Controller controller) {
        return MessageApi.onVirtualThread(
                ApiKeys.CREATE_TOPICS, CreateTopicsRequestData.class, new CreateTopicsApi(controller));
    }

    @Override
    public CreateTopicsResponseData handle(RequestContext request, CreateTopicsRequestData message) {
        Set<String> twice = Duplicates.of(message.topics().stream().map(CreatableTopic::name));
        List<NewTopic> wanted = new ArrayList<>();
        for (CreatableTopic topic : message.topics()) {
            if (!twice.contains(topic.name())) {
                wanted.add(newTopic(topic));
            }
        }
        CreateTopicsResponseData response = new CreateTopicsResponseData();
        for (String name : twice) {
            response.topics()
                    .add(new CreatableTopicResult()
                            .setName(name)
                            .setErrorCode(ErrorCode.INVALID_REQUEST.wireCode())
                            .setErrorMessage(Duplicates.MESSAGE));
        }
        for (CreateTopics.Result result : controller.submit(new CreateTopics(wanted, message.validateOnly()))) {
            response.topics().add(answer(result));
        }
        return response;
    }

    private static NewTopic newTopic(CreatableTopic topic) {
        return new NewTopic(
                topic.name(),
                topic.numPartitions(),
                topic.replicationFactor(),
                topic.assignments().stream()
                        .map(assignment -> new Assignment(assignment.partitionIndex(), assignment.brokerIds()))
                        .toList(),
                topic.configs().stream()
                        .map(config -> new ConfigSetting(config.name(), config.value()))
                        .toList());
    }

    private static CreatableTopicResult answer(CreateTopics.Result result) {
        CreatableTopicResult answer = new CreatableTopicResult()
                .setName(result.name())
                .setErrorCode(result.outcome().code().wireCode())
                .setErrorMessage(Messages.of(result.outcome()));
        if (!result.outcome().isOk()) {
            return answer;
        }
        return answer.setTopicId(WireIds.uuid(result.id()))
                .setNumPartitions(result.partitions())
                .setReplicationFactor((short) result.replicationFactor())
                .setConfigs(
                        result.configs().stream().map(CreateTopicsApi::config).toList());
    }

    private static CreatableTopicConfigs config(ConfigEntry entry) {
        return new CreatableTopicConfigs()
                .setName(entry.name())
                .setValue(entry.value())
                .setReadOnly(entry.readOnly())
                .setConfigSource(entry.source().wireCode())
                .setIsSensitive(entry.sensitive());
    }
}
