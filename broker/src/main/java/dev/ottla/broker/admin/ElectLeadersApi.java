package dev.ottla.broker.admin;

import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.controller.Controller;
import dev.ottla.controller.ElectLeaders;
import java.util.List;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.jspecify.annotations.Nullable;

/** ElectLeaders (KIP-183, KIP-460). */
public final class ElectLeadersApi implements MessageHandler<ElectLeadersRequestData, ElectLeadersResponseData> {
    private final Controller controller;

    private ElectLeadersApi(Controller controller) {
        this.controller = controller;
    }

    public static MessageApi<ElectLeadersRequestData, ElectLeadersResponseData> api(Controller controller) {
        return MessageApi.onVirtualThread(
                ApiKeys.ELECT_LEADERS, ElectLeadersRequestData.class, new ElectLeadersApi(controller));
    }

    @Override
    public ElectLeadersResponseData handle(RequestContext request, ElectLeadersRequestData message) {
        ElectLeadersResponseData response = new ElectLeadersResponseData();
        for (ElectLeaders.TopicResult topic :
                controller.submit(new ElectLeaders(message.electionType(), partitions(message)))) {
            response.replicaElectionResults()
                    .add(new ReplicaElectionResult()
                            .setTopic(topic.topic())
                            .setPartitionResult(topic.partitions().stream()
                                    .map(ElectLeadersApi::result)
                                    .toList()));
        }
        return response;
    }

    private static PartitionResult result(ElectLeaders.PartitionResult result) {
        return new PartitionResult()
                .setPartitionId(result.partition())
                .setErrorCode(result.outcome().code().wireCode())
                .setErrorMessage(Messages.of(result.outcome()));
    }

    private static @Nullable List<ElectLeaders.TopicPartitions> partitions(ElectLeadersRequestData message) {
        return message.topicPartitions() == null
                ? null
                : message.topicPartitions().stream()
                        .map(topic -> new ElectLeaders.TopicPartitions(topic.topic(), topic.partitions()))
                        .toList();
    }
}
