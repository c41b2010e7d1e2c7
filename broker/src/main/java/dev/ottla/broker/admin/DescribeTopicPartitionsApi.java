package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.AuthorizedOperations;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.WireIds;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;

/** DescribeTopicPartitions (KIP-966): topics by name in pages of partitions, with a cursor to go on from. */
public final class DescribeTopicPartitionsApi
        implements MessageHandler<DescribeTopicPartitionsRequestData, DescribeTopicPartitionsResponseData> {
    private final Supplier<ClusterImage> image;
    private final int maxPartitions;

    private DescribeTopicPartitionsApi(Supplier<ClusterImage> image, int maxPartitions) {
        this.image = image;
        this.maxPartitions = maxPartitions;
    }

    /** @param maxPartitions max.request.partition.size.limit: the most partitions in one page */
    public static MessageApi<DescribeTopicPartitionsRequestData, DescribeTopicPartitionsResponseData> api(
            Supplier<ClusterImage> image, int maxPartitions) {
        return MessageApi.onVirtualThread(
                ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
                DescribeTopicPartitionsRequestData.class,
                new DescribeTopicPartitionsApi(image, maxPartitions));
    }

    @Override
    public DescribeTopicPartitionsResponseData handle(
            RequestContext request, DescribeTopicPartitionsRequestData message) {
        DescribeTopicPartitionsRequestData.Cursor from = message.cursor();
        if (from != null && from.partitionIndex() < 0) {
            throw new OttlaException(
                    ErrorCode.INVALID_REQUEST,
                    "DescribeTopicPartitionsRequest cursor partition must be valid: " + from);
        }
        ClusterImage now = image.get();
        boolean all = message.topics().isEmpty();
        TreeSet<String> names = new TreeSet<>();
        if (all) {
            names.addAll(now.topics().keySet());
        } else {
            message.topics().forEach(topic -> names.add(topic.name()));
            if (from != null && !names.contains(from.topicName())) {
                throw new OttlaException(
                        ErrorCode.INVALID_REQUEST, "The cursor's topic is not among the topics asked for: " + from);
            }
        }
        int limit = Math.max(1, Math.min(maxPartitions, message.responsePartitionLimit()));
        return from == null
                ? page(now, List.copyOf(names), 0, limit, all)
                : page(
                        now,
                        List.copyOf(names.tailSet(from.topicName())),
                        names.contains(from.topicName()) ? from.partitionIndex() : 0,
                        limit,
                        all);
    }

    private static DescribeTopicPartitionsResponseData page(
            ClusterImage image, List<String> names, int firstPartition, int limit, boolean leaveOutUnknown) {
        DescribeTopicPartitionsResponseData response = new DescribeTopicPartitionsResponseData();
        int left = limit;
        int start = firstPartition;
        for (String name : names) {
            if (left == 0) {
                return response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(0));
            }
            TopicImage topic = image.topic(name);
            if (topic == null) {
                if (!leaveOutUnknown) {
                    response.topics().add(unknown(name));
                }
            } else {
                int end = Math.min(topic.partitionCount(), start + left);
                response.topics().add(described(image, topic, start, end));
                if (end < topic.partitionCount()) {
                    return response.setNextCursor(
                            new Cursor().setTopicName(name).setPartitionIndex(end));
                }
                left -= Math.max(0, end - start);
            }
            start = 0;
        }
        return response;
    }

    private static DescribeTopicPartitionsResponseTopic unknown(String name) {
        ErrorCode code = TopicNames.problem(name) == null
                ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                : ErrorCode.INVALID_TOPIC_EXCEPTION;
        return new DescribeTopicPartitionsResponseTopic()
                .setName(name)
                .setErrorCode(code.wireCode())
                .setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
    }

    private static DescribeTopicPartitionsResponseTopic described(
            ClusterImage image, TopicImage topic, int start, int end) {
        List<DescribeTopicPartitionsResponsePartition> partitions = new ArrayList<>(Math.max(0, end - start));
        for (int i = start; i < end; i++) {
            partitions.add(described(image, topic.partitions().get(i)));
        }
        return new DescribeTopicPartitionsResponseTopic()
                .setName(topic.name())
                .setTopicId(WireIds.uuid(topic.id()))
                .setIsInternal(topic.isInternal())
                .setPartitions(partitions)
                .setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
    }

    private static DescribeTopicPartitionsResponsePartition described(ClusterImage image, PartitionImage partition) {
        // Unlike Metadata, no error says that there is no leader.
        return new DescribeTopicPartitionsResponsePartition()
                .setErrorCode(ErrorCode.NONE.wireCode())
                .setPartitionIndex(partition.partition())
                .setLeaderId(partition.leader())
                .setLeaderEpoch(partition.leaderEpoch())
                .setReplicaNodes(partition.replicas())
                .setIsrNodes(partition.isr())
                .setOfflineReplicas(image.offlineReplicas(partition))
                .setEligibleLeaderReplicas(List.of())
                .setLastKnownElr(List.of());
    }
}
