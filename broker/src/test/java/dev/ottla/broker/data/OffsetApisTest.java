package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.TopicId;
import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffsetApisTest {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;

    @TempDir
    private Path folder;

    private DataRoom room;
    private Uuid id;

    @BeforeEach
    void start() throws IOException {
        room = new DataRoom(folder);
        id = Wire.uuid(room.createTopic("t", 1));
    }

    @AfterEach
    void stop() {
        room.close();
    }

    @Test
    void findsOffsetsByTime() {
        // Given three records, one millisecond apart
        produce("t", "a", "b", "c");

        // When every version asks, then each special time and each time has its record
        for (int version = 1; version <= 11; version++) {
            assertThat(offset(version, LATEST)).isEqualTo(3);
            assertThat(offset(version, EARLIEST)).isZero();
            assertThat(offset(version, Batches.TIME_MS + 1)).isEqualTo(1);
            assertThat(list(version, Batches.TIME_MS + 1).timestamp()).isEqualTo(Batches.TIME_MS + 1);
            assertThat(offset(version, Batches.TIME_MS + 3)).isEqualTo(-1);
            assertThat(offset(version, 0)).isZero();
        }
        assertThat(offset(7, MAX_TIMESTAMP)).isEqualTo(2);
        assertThat(offset(8, -4)).isZero();
        assertThat(offset(9, -5)).isEqualTo(-1);
        assertThat(offset(11, -6)).isEqualTo(-1);
    }

    @Test
    void knowsSpecialTimesOnlyInVersionsThatHaveThem() {
        assertThat(error(6, MAX_TIMESTAMP)).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(error(7, -4)).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(error(8, -5)).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(error(10, -6)).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(error(11, -7)).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(error(11, -6)).isEqualTo(Errors.NONE);
    }

    @Test
    void tellsTheRecordsOwnEpoch() {
        // Given a record of epoch 0 and one of epoch 1
        produce("t", "a");
        room.bumpLeaderEpochs();
        produce("t", "b");

        // When they are looked up, then the first has its own epoch and the end the current one
        assertThat(list(11, Batches.TIME_MS).leaderEpoch()).isZero();
        assertThat(list(11, LATEST).leaderEpoch()).isEqualTo(1);

        // And an epoch's end is where the next began
        assertThat(endOf(0).endOffset()).isEqualTo(1);
        assertThat(endOf(1).endOffset()).isEqualTo(2);
        assertThat(endOf(7).endOffset()).isEqualTo(-1);
    }

    @Test
    void refusesAPartitionAskedForTwice() {
        ListOffsetsRequestData request = listing(LATEST);
        request.topics().getFirst().partitions().add(new ListOffsetsPartition().setPartitionIndex(0));
        ListOffsetsResponseData response = room.ask(request, 7, new ListOffsetsResponseData());
        assertThat(response.topics().getFirst().partitions())
                .extracting(partition -> Errors.forCode(partition.errorCode()))
                .containsExactly(Errors.INVALID_REQUEST);
    }

    @Test
    void deletesRecords() {
        // Given four records in two batches
        produce("t", "a", "b", "c");
        produce("t", "d");

        for (int version = 0; version <= 2; version++) {
            // When they are deleted up to inside the first batch, then that is the log's start
            assertThat(delete("t", 0, 2, version).lowWatermark()).isEqualTo(2);
        }
        assertThat(offset(7, EARLIEST)).isEqualTo(2);

        // And beyond the end, below -1 and elsewhere it is refused
        assertThat(Errors.forCode(delete("t", 0, 5, 2).errorCode())).isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
        assertThat(Errors.forCode(delete("t", 0, -2, 2).errorCode())).isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
        assertThat(Errors.forCode(delete("t", 8, 0, 2).errorCode())).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);

        // And -1 deletes all, while the next record stands behind
        assertThat(delete("t", 0, -1, 2).lowWatermark()).isEqualTo(4);
        produce("t", "e");
        assertThat(offset(7, LATEST)).isEqualTo(5);
    }

    @Test
    void keepsRecordsOfATopicThatDoesNotDelete() {
        TopicId compacted = room.createTopic("compacted", 1, Map.of("cleanup.policy", "compact"));
        assertThat(compacted).isNotNull();
        assertThat(Errors.forCode(delete("compacted", 0, 0, 2).errorCode())).isEqualTo(Errors.POLICY_VIOLATION);
    }

    @Test
    void describesProducers() {
        // Given a batch of an idempotent producer
        var batch = new BatchBuilder()
                .producer(42, (short) 3, 0)
                .append(Batches.TIME_MS, null, null)
                .append(Batches.TIME_MS, null, null)
                .build();
        room.ask(Batches.produce(1, "t", id, 0, batch), 9, new ProduceResponseData());

        // When the partition's producers are described
        DescribeProducersRequestData request = new DescribeProducersRequestData();
        request.topics()
                .add(new DescribeProducersRequestData.TopicRequest()
                        .setName("t")
                        .setPartitionIndexes(List.of(0, 9)));
        DescribeProducersResponseData response = room.ask(request, 0, new DescribeProducersResponseData());

        // Then it is there, and the partition that is not is refused
        var partitions = response.topics().getFirst().partitions();
        assertThat(partitions.getFirst().activeProducers()).singleElement().satisfies(producer -> {
            assertThat(producer.producerId()).isEqualTo(42);
            assertThat(producer.producerEpoch()).isEqualTo(3);
            assertThat(producer.lastSequence()).isEqualTo(1);
        });
        assertThat(Errors.forCode(partitions.get(1).errorCode())).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private void produce(String topic, String... values) {
        room.ask(Batches.produce(1, topic, id, 0, Batches.of(values)), 9, new ProduceResponseData());
    }

    private long offset(int version, long timestamp) {
        return list(version, timestamp).offset();
    }

    private Errors error(int version, long timestamp) {
        return Errors.forCode(list(version, timestamp).errorCode());
    }

    private ListOffsetsPartitionResponse list(int version, long timestamp) {
        ListOffsetsResponseData response = room.ask(listing(timestamp), version, new ListOffsetsResponseData());
        return response.topics().getFirst().partitions().getFirst();
    }

    private static ListOffsetsRequestData listing(long timestamp) {
        ListOffsetsTopic topic = new ListOffsetsTopic().setName("t");
        topic.partitions().add(new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(timestamp));
        ListOffsetsRequestData request = new ListOffsetsRequestData().setReplicaId(-1);
        request.topics().add(topic);
        return request;
    }

    private EpochEndOffset endOf(int epoch) {
        OffsetForLeaderEpochRequestData request = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        request.topics()
                .add(new OffsetForLeaderTopic()
                        .setTopic("t")
                        .setPartitions(List.of(new OffsetForLeaderPartition()
                                .setPartition(0)
                                .setLeaderEpoch(epoch)
                                .setCurrentLeaderEpoch(-1))));
        OffsetForLeaderEpochResponseData response = room.ask(request, 4, new OffsetForLeaderEpochResponseData());
        return response.topics().iterator().next().partitions().getFirst();
    }

    private DeleteRecordsPartitionResult delete(String topic, int partition, long offset, int version) {
        DeleteRecordsRequestData request = new DeleteRecordsRequestData()
                .setTimeoutMs(1000)
                .setTopics(List.of(new DeleteRecordsRequestData.DeleteRecordsTopic()
                        .setName(topic)
                        .setPartitions(List.of(new DeleteRecordsRequestData.DeleteRecordsPartition()
                                .setPartitionIndex(partition)
                                .setOffset(offset)))));
        DeleteRecordsResponseData response = room.ask(request, version, new DeleteRecordsResponseData());
        return response.topics().iterator().next().partitions().iterator().next();
    }
}
