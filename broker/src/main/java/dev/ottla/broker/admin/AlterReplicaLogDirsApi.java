package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.replication.ReplicaMoves;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDir;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirPartitionResult;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirTopicResult;

/**
 * AlterReplicaLogDirs (KIP-113): has replicas of this broker moved to other data folders. NONE says that the move has begun;
 * DescribeLogDirs shows how far it is.
 */
public final class AlterReplicaLogDirsApi
        implements MessageHandler<AlterReplicaLogDirsRequestData, AlterReplicaLogDirsResponseData> {
    private final ReplicaMoves moves;

    private AlterReplicaLogDirsApi(ReplicaMoves moves) {
        this.moves = moves;
    }

    public static MessageApi<AlterReplicaLogDirsRequestData, AlterReplicaLogDirsResponseData> api(ReplicaMoves moves) {
        return MessageApi.onVirtualThread(
                ApiKeys.ALTER_REPLICA_LOG_DIRS,
                AlterReplicaLogDirsRequestData.class,
                new AlterReplicaLogDirsApi(moves));
    }

    private record Asked(String topic, int partition) {}

    @Override
    public AlterReplicaLogDirsResponseData handle(RequestContext request, AlterReplicaLogDirsRequestData message) {
        // As in Apache Kafka, of several paths for one partition the last counts.
        Map<Asked, String> paths = new LinkedHashMap<>();
        for (AlterReplicaLogDir folder : message.dirs()) {
            for (AlterReplicaLogDirTopic topic : folder.topics()) {
                topic.partitions().forEach(partition -> paths.put(new Asked(topic.name(), partition), folder.path()));
            }
        }
        Map<String, List<AlterReplicaLogDirPartitionResult>> results = new LinkedHashMap<>();
        paths.forEach((asked, path) -> {
            ErrorCode code = moves.move(asked.topic(), asked.partition(), path);
            results.computeIfAbsent(asked.topic(), topic -> new ArrayList<>())
                    .add(new AlterReplicaLogDirPartitionResult()
                            .setPartitionIndex(asked.partition())
                            .setErrorCode(code.wireCode()));
        });
        AlterReplicaLogDirsResponseData response = new AlterReplicaLogDirsResponseData();
        results.forEach((topic, partitions) -> response.results()
                .add(new AlterReplicaLogDirTopicResult().setTopicName(topic).setPartitions(partitions)));
        return response;
    }
}
