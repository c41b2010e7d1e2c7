package dev.ottla.conformance;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.record.internal.BaseRecords;

/** Requests that many scenarios send, in the usual form; scenarios change fields from there. */
final class Requests {
    /** The last versions that name topics by name. */
    static final int PRODUCE_BY_NAME = 12;

    static final int FETCH_BY_NAME = 12;
    private static final int TIMEOUT_MS = 10_000;
    private static final int MAX_BYTES = 1 << 20;

    private Requests() {}

    /** Topics by name, created when missing only if the version knows no better. */
    static MetadataRequestData metadata(String... topics) {
        return new MetadataRequestData()
                .setTopics(Stream.of(topics)
                        .map(name -> new MetadataRequestTopic().setName(name))
                        .toList());
    }

    static ProduceRequestData produce(int acks, TopicProduceData... topics) {
        ProduceRequestData request =
                new ProduceRequestData().setAcks((short) acks).setTimeoutMs(TIMEOUT_MS);
        for (TopicProduceData topic : topics) {
            request.topicData().add(topic);
        }
        return request;
    }

    /** One record set to one partition, by name. */
    static ProduceRequestData produce(String topic, int partition, BaseRecords records) {
        return produce(-1, topicData(topic, partition, records));
    }

    static TopicProduceData topicData(String topic, int partition, BaseRecords records) {
        return new TopicProduceData()
                .setName(topic)
                .setPartitionData(
                        List.of(new PartitionProduceData().setIndex(partition).setRecords(records)));
    }

    static TopicProduceData topicData(Uuid id, int partition, BaseRecords records) {
        return new TopicProduceData()
                .setTopicId(id)
                .setPartitionData(
                        List.of(new PartitionProduceData().setIndex(partition).setRecords(records)));
    }

    /** Sessionless, answers at once. */
    static FetchRequestData fetch(FetchTopic... topics) {
        return new FetchRequestData()
                .setMaxWaitMs(0)
                .setMinBytes(0)
                .setMaxBytes(MAX_BYTES)
                .setSessionId(0)
                .setSessionEpoch(-1)
                .setTopics(List.of(topics));
    }

    /** Both name and id: the version takes the one it knows. */
    static FetchTopic fetchTopic(String topic, Uuid id, FetchPartition... partitions) {
        return new FetchTopic().setTopic(topic).setTopicId(id).setPartitions(List.of(partitions));
    }

    static FetchPartition from(int partition, long offset) {
        return new FetchPartition()
                .setPartition(partition)
                .setFetchOffset(offset)
                .setPartitionMaxBytes(MAX_BYTES);
    }

    static ListOffsetsRequestData listOffsets(String topic, int partition, long timestamp) {
        return new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(List.of(new ListOffsetsTopic()
                        .setName(topic)
                        .setPartitions(List.of(new ListOffsetsPartition()
                                .setPartitionIndex(partition)
                                .setTimestamp(timestamp)))));
    }

    /** {@code first..last} */
    static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }
}
