package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.log.LogFolder;
import dev.ottla.log.PartitionLog;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/** DescribeLogDirs (KIP-113, KIP-827): what the data folder holds and what room its volume has. Sizes in bytes. */
public final class DescribeLogDirsApi
        implements MessageHandler<DescribeLogDirsRequestData, DescribeLogDirsResponseData> {
    private final LogFolder folder;

    private DescribeLogDirsApi(LogFolder folder) {
        this.folder = folder;
    }

    public static MessageApi<DescribeLogDirsRequestData, DescribeLogDirsResponseData> api(LogFolder folder) {
        return MessageApi.onVirtualThread(
                ApiKeys.DESCRIBE_LOG_DIRS, DescribeLogDirsRequestData.class, new DescribeLogDirsApi(folder));
    }

    @Override
    public DescribeLogDirsResponseData handle(RequestContext request, DescribeLogDirsRequestData message) {
        Set<Asked> asked = asked(message);
        Map<String, List<PartitionLog>> byTopic = folder.logs().stream()
                .filter(log -> asked == null
                        || asked.contains(new Asked(
                                log.topicPartition().topic(),
                                log.topicPartition().partition())))
                .collect(Collectors.groupingBy(log -> log.topicPartition().topic(), TreeMap::new, Collectors.toList()));
        DescribeLogDirsResult result = new DescribeLogDirsResult()
                .setErrorCode((folder.failure() == null ? ErrorCode.NONE : ErrorCode.KAFKA_STORAGE_ERROR).wireCode())
                .setLogDir(folder.path().toAbsolutePath().toString())
                .setTotalBytes(folder.totalBytes())
                .setUsableBytes(folder.usableBytes());
        byTopic.forEach((topic, logs) -> result.topics().add(described(topic, logs)));
        return new DescribeLogDirsResponseData().setResults(List.of(result));
    }

    private static DescribeLogDirsTopic described(String topic, List<PartitionLog> logs) {
        return new DescribeLogDirsTopic()
                .setName(topic)
                .setPartitions(logs.stream()
                        .map(log -> new DescribeLogDirsPartition()
                                .setPartitionIndex(log.topicPartition().partition())
                                .setPartitionSize(log.sizeBytes())
                                .setOffsetLag(Math.max(0, log.highWatermark() - log.endOffset())))
                        .toList());
    }

    /** Null when everything was asked for. */
    private static @Nullable Set<Asked> asked(DescribeLogDirsRequestData message) {
        if (message.topics() == null) {
            return null;
        }
        Set<Asked> asked = new HashSet<>();
        message.topics()
                .forEach(topic ->
                        topic.partitions().forEach(partition -> asked.add(new Asked(topic.topic(), partition))));
        return asked;
    }

    private record Asked(String topic, int partition) {}
}
