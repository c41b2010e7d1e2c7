package dev.ottla.broker.admin;

import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.controller.AlterPartitionReassignments;
import dev.ottla.controller.AlterPartitionReassignments.Reassignment;
import dev.ottla.controller.Controller;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;

/** AlterPartitionReassignments (KIP-455): null replicas cancel; with one broker there is nowhere else to go. */
public final class AlterPartitionReassignmentsApi
        implements MessageHandler<AlterPartitionReassignmentsRequestData, AlterPartitionReassignmentsResponseData> {
    private final Controller controller;

    private AlterPartitionReassignmentsApi(Controller controller) {
        this.controller = controller;
    }

    public static MessageApi<AlterPartitionReassignmentsRequestData, AlterPartitionReassignmentsResponseData> api(
            Controller controller) {
        return MessageApi.onVirtualThread(
                ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
                AlterPartitionReassignmentsRequestData.class,
                new AlterPartitionReassignmentsApi(controller));
    }

    @Override
    public AlterPartitionReassignmentsResponseData handle(
            RequestContext request, AlterPartitionReassignmentsRequestData message) {
        List<Reassignment> wanted = new ArrayList<>();
        message.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> wanted.add(
                                new Reassignment(topic.name(), partition.partitionIndex(), partition.replicas()))));
        Map<String, List<ReassignablePartitionResponse>> byTopic = new LinkedHashMap<>();
        for (AlterPartitionReassignments.Result result : controller.submit(new AlterPartitionReassignments(wanted))) {
            byTopic.computeIfAbsent(result.topic(), topic -> new ArrayList<>())
                    .add(new ReassignablePartitionResponse()
                            .setPartitionIndex(result.partition())
                            .setErrorCode(result.outcome().code().wireCode())
                            .setErrorMessage(Messages.of(result.outcome())));
        }
        AlterPartitionReassignmentsResponseData response = new AlterPartitionReassignmentsResponseData()
                .setAllowReplicationFactorChange(message.allowReplicationFactorChange())
                .setErrorMessage(null);
        byTopic.forEach((topic, results) -> response.responses()
                .add(new ReassignableTopicResponse().setName(topic).setPartitions(results)));
        return response;
    }
}
