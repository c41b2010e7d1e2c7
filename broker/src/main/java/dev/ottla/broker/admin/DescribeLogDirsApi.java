package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.log.FutureLog;
import dev.ottla.log.LogFolder;
import dev.ottla.log.PartitionLog;
import dev.ottla.replication.DataFolder;
import dev.ottla.replication.DataFolders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.jspecify.annotations.Nullable;

/**
 * DescribeLogDirs (KIP-113, KIP-827): what each data folder holds, logs and copies on their way to it, and what room its volume has. Sizes
 * in bytes. A failed folder tells its path and KAFKA_STORAGE_ERROR.
 */
public final class DescribeLogDirsApi
        implements MessageHandler<DescribeLogDirsRequestData, DescribeLogDirsResponseData> {
    private static final long UNKNOWN_LAG = -1;

    private final DataFolders folders;

    private DescribeLogDirsApi(DataFolders folders) {
        this.folders = folders;
    }

    public static MessageApi<DescribeLogDirsRequestData, DescribeLogDirsResponseData> api(DataFolders folders) {
        return MessageApi.onVirtualThread(
                ApiKeys.DESCRIBE_LOG_DIRS, DescribeLogDirsRequestData.class, new DescribeLogDirsApi(folders));
    }

    @Override
    public DescribeLogDirsResponseData handle(RequestContext request, DescribeLogDirsRequestData message) {
        Set<Asked> asked = asked(message);
        return new DescribeLogDirsResponseData()
                .setResults(folders.all().stream()
                        .map(folder -> described(folder, asked))
                        .toList());
    }

    private DescribeLogDirsResult described(DataFolder folder, @Nullable Set<Asked> asked) {
        DescribeLogDirsResult result =
                new DescribeLogDirsResult().setLogDir(folder.path().toString());
        LogFolder logs = folder.works() ? folder.logs() : null;
        if (logs == null) {
            return result.setErrorCode(ErrorCode.KAFKA_STORAGE_ERROR.wireCode());
        }
        try {
            result.setTotalBytes(logs.totalBytes()).setUsableBytes(logs.usableBytes());
        } catch (OttlaException failed) {
            return result.setErrorCode(failed.code().wireCode());
        }
        Map<String, List<DescribeLogDirsPartition>> byTopic = new TreeMap<>();
        for (PartitionLog log : logs.logs()) {
            add(byTopic, asked, log.topicPartition(), described(log));
        }
        for (FutureLog future : logs.futures().all()) {
            add(byTopic, asked, future.topicPartition(), described(future));
        }
        byTopic.forEach((topic, partitions) ->
                result.topics().add(new DescribeLogDirsTopic().setName(topic).setPartitions(partitions)));
        return result;
    }

    private static void add(
            Map<String, List<DescribeLogDirsPartition>> byTopic,
            @Nullable Set<Asked> asked,
            TopicPartition id,
            DescribeLogDirsPartition described) {
        if (asked == null || asked.contains(new Asked(id.topic(), id.partition()))) {
            byTopic.computeIfAbsent(id.topic(), topic -> new ArrayList<>()).add(described);
        }
    }

    private static DescribeLogDirsPartition described(PartitionLog log) {
        return new DescribeLogDirsPartition()
                .setPartitionIndex(log.topicPartition().partition())
                .setPartitionSize(log.sizeBytes())
                .setOffsetLag(Math.max(0, log.highWatermark() - log.endOffset()));
    }

    private DescribeLogDirsPartition described(FutureLog future) {
        DataFolder home = folders.holding(future.topicPartition());
        PartitionLog log =
                home == null || home.logs() == null ? null : home.logs().get(future.topicPartition());
        return new DescribeLogDirsPartition()
                .setPartitionIndex(future.topicPartition().partition())
                .setPartitionSize(future.sizeBytes())
                .setOffsetLag(log == null ? UNKNOWN_LAG : log.endOffset() - future.endOffset())
                .setIsFutureKey(true);
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
