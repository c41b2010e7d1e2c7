package dev.ottla.broker.admin;

import dev.ottla.base.TopicId;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.WireIds;
import dev.ottla.controller.Controller;
import dev.ottla.controller.DeleteTopics;
import dev.ottla.controller.DeleteTopics.Target;
import java.util.List;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;

/** DeleteTopics: by name, and from version 6 by name or id. */
public final class DeleteTopicsApi implements MessageHandler<DeleteTopicsRequestData, DeleteTopicsResponseData> {
    private static final int FIRST_VERSION_WITH_IDS = 6;

    private final Controller controller;

    private DeleteTopicsApi(Controller controller) {
        this.controller = controller;
    }

    public static MessageApi<DeleteTopicsRequestData, DeleteTopicsResponseData> api(Controller controller) {
        return MessageApi.onVirtualThread(
                ApiKeys.DELETE_TOPICS, DeleteTopicsRequestData.class, new DeleteTopicsApi(controller));
    }

    @Override
    public DeleteTopicsResponseData handle(RequestContext request, DeleteTopicsRequestData message) {
        List<Target> targets = request.version() < FIRST_VERSION_WITH_IDS
                ? message.topicNames().stream().map(Target::named).toList()
                : message.topics().stream().map(DeleteTopicsApi::target).toList();
        DeleteTopicsResponseData response = new DeleteTopicsResponseData();
        for (DeleteTopics.Result result : controller.submit(new DeleteTopics(targets))) {
            response.responses()
                    .add(new DeletableTopicResult()
                            .setName(result.name())
                            .setTopicId(WireIds.uuid(result.id()))
                            .setErrorCode(result.outcome().code().wireCode())
                            .setErrorMessage(Messages.of(result.outcome())));
        }
        return response;
    }

    private static Target target(DeleteTopicState topic) {
        TopicId id = WireIds.topicId(topic.topicId());
        return new Target(topic.name(), id);
    }
}
