package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.TopicId;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProduceHandlerTest {
    @TempDir
    private Path folder;

    private final Queue<Runnable> work = new ArrayDeque<>();
    private DataRoom room;
    private Uuid id;

    static List<Short> versions() {
        return ProduceCodecTest.versions();
    }

    @BeforeEach
    void start() throws IOException {
        room = new DataRoom(folder, work::add);
        id = Wire.uuid(room.createTopic("t", 2));
    }

    @AfterEach
    void stop() {
        room.close();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void appendsAndTellsTheOffset(short version) {
        // Given every acks that waits for an answer
        long expected = 0;
        for (int acks : new int[] {1, -1}) {
            // When a batch of two records is produced
            PartitionProduceResponse answer = produce(version, acks, 0, Batches.of("a", "b"));

            // Then it stands behind those before it
            assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
            assertThat(answer.baseOffset()).isEqualTo(expected);
            assertThat(answer.logAppendTimeMs()).isEqualTo(-1);
            expected += 2;
        }
        assertThat(room.partitions().byName("t", 0).highWatermark()).isEqualTo(4);
    }

    @Test
    void answersAcksZeroWithNothing() {
        // When a good batch is produced with acks=0
        TestExchange good = room.send(Batches.produce(0, "t", id, 0, Batches.of("a")), (short) 9);

        // Then nothing is sent and the connection stays
        assertThat(good.isEnded()).isTrue();
        assertThat(good.reply()).isNull();
        assertThat(good.isClosed()).isFalse();
        assertThat(room.partitions().byName("t", 0).endOffset()).isEqualTo(1);

        // And when one is refused, then the closed connection says so
        TestExchange bad = room.send(Batches.produce(0, "t", id, 9, Batches.of("a")), (short) 9);
        assertThat(bad.reply()).isNull();
        assertThat(bad.isClosed()).isTrue();
        assertThat(bad.closeReason()).contains("UNKNOWN_TOPIC_OR_PARTITION");
    }

    @Test
    void refusesEachPartitionForItself() {
        // Given a request with a good batch, a broken one, none, and partitions and topics that are not there
        ByteBuffer broken = Batches.of("a");
        broken.put(broken.limit() - 2, (byte) 'x');
        ProduceRequestData request = Batches.produce(1, "t", id, 0, Batches.of("good"));
        List<ProduceRequestData.PartitionProduceData> partitions =
                request.topicData().iterator().next().partitionData();
        partitions.addAll(partitionsOf(Batches.produce(1, "t", id, 1, broken)));
        partitions.addAll(partitionsOf(Batches.produce(1, "t", id, 7, Batches.of("a"))));
        request.topicData()
                .addAll(List.of(Batches.produce(1, "none", id, 0, Batches.of("a"))
                        .topicData()
                        .iterator()
                        .next()
                        .duplicate()));

        // When it is sent
        ProduceResponseData response = room.ask(request, 9, new ProduceResponseData());

        // Then each has its own answer, and the good one is there
        assertThat(response.responses().stream().flatMap(topic -> topic.partitionResponses().stream()))
                .extracting(answer -> Errors.forCode(answer.errorCode()))
                .containsExactly(
                        Errors.NONE,
                        Errors.CORRUPT_MESSAGE,
                        Errors.UNKNOWN_TOPIC_OR_PARTITION,
                        Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(room.partitions().byName("t", 0).endOffset()).isEqualTo(1);
        assertThat(room.partitions().byName("t", 1).endOffset()).isZero();
    }

    @Test
    void refusesAcksThatAreNone() {
        assertThat(Errors.forCode(produce((short) 9, 2, 0, Batches.of("a")).errorCode()))
                .isEqualTo(Errors.INVALID_REQUIRED_ACKS);
        assertThat(room.partitions().byName("t", 0).endOffset()).isZero();
    }

    @Test
    void refusesNullAndEmptyRecordSets() {
        assertThat(Errors.forCode(
                        produce((short) 9, 1, 0, ByteBuffer.allocate(0)).errorCode()))
                .isEqualTo(Errors.INVALID_RECORD);
        ProduceRequestData none = Batches.produce(1, "t", id, 0, Batches.of("a"));
        partitionsOf(none).getFirst().setRecords(null);
        assertThat(Errors.forCode(
                        only(room.ask(none, 9, new ProduceResponseData())).errorCode()))
                .isEqualTo(Errors.INVALID_RECORD);
    }

    @Test
    void namesTheRecordsAtFault() {
        // Given a compacted topic and a batch with a keyless record
        TopicId compacted = room.createTopic("keys", 1, Map.of("cleanup.policy", "compact"));
        ProduceRequestData request = Batches.produce(1, "keys", Wire.uuid(compacted), 0, Batches.of("keyless"));

        // When it is produced
        PartitionProduceResponse answer = only(room.ask(request, 9, new ProduceResponseData()));

        // Then the record is named, and the log's start told
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.INVALID_RECORD);
        assertThat(answer.recordErrors()).extracting("batchIndex").containsExactly(0);
        assertThat(answer.errorMessage()).isNotBlank();
        assertThat(answer.logStartOffset()).isZero();
    }

    @Test
    void stampsTheBrokersTime() {
        // Given a topic with LogAppendTime
        TopicId stamped = room.createTopic("stamped", 1, Map.of("message.timestamp.type", "LogAppendTime"));

        // When a batch with old timestamps is produced, then the answer has the broker's time
        PartitionProduceResponse answer = only(room.ask(
                Batches.produce(1, "stamped", Wire.uuid(stamped), 0, Batches.of("a")), 9, new ProduceResponseData()));
        assertThat(answer.logAppendTimeMs()).isGreaterThan(Batches.TIME_MS);
    }

    @Test
    void validatesHeavyBatchesElsewhereAndHoldsBackWhatComesAfter() {
        // Given a heavy batch
        ByteBuffer heavy = Batches.heavy();
        assertThat(BatchHeader.sizeBytes(heavy, heavy.position())).isGreaterThan(100_000);

        // When it is produced
        TestExchange exchange = room.send(Batches.produce(1, "t", id, 0, heavy), (short) 9);

        // Then the loop has left it to a worker, and lets nothing overtake it
        assertThat(exchange.isEnded()).isFalse();
        assertThat(exchange.areEffectsDone()).isFalse();
        assertThat(exchange.isFrameReleased()).isFalse();
        assertThat(room.partitions().byName("t", 0).endOffset()).isZero();

        // And when the worker is done, it is answered
        work.remove().run();
        room.loop().run();
        PartitionProduceResponse answer = only(DataRoom.read(exchange, ApiKeys.PRODUCE, 9, new ProduceResponseData()));
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        assertThat(room.partitions().byName("t", 0).endOffset()).isEqualTo(1);
    }

    @Test
    void waitsForTheForceThatTheTopicAsksFor() {
        // Given a topic that forces every record
        TopicId forced = room.createTopic("forced", 1, Map.of("flush.messages", "1"));

        // When a batch is produced
        ProduceResponseData response =
                produceUntilAnswered(Batches.produce(1, "forced", Wire.uuid(forced), 0, Batches.of("a")));

        // Then it is on the disk before the answer
        assertThat(Errors.forCode(only(response).errorCode())).isEqualTo(Errors.NONE);
        assertThat(room.partitions().byName("forced", 0).log().flushedOffset()).isEqualTo(1);
    }

    private ProduceResponseData produceUntilAnswered(ProduceRequestData request) {
        TestExchange exchange = room.send(request, (short) 9);
        Awaitility.await().until(() -> {
            room.loop().run();
            return exchange.isEnded();
        });
        return DataRoom.read(exchange, ApiKeys.PRODUCE, 9, new ProduceResponseData());
    }

    private PartitionProduceResponse produce(short version, int acks, int partition, ByteBuffer batch) {
        return only(room.ask(Batches.produce(acks, "t", id, partition, batch), version, new ProduceResponseData()));
    }

    private static List<ProduceRequestData.PartitionProduceData> partitionsOf(ProduceRequestData request) {
        return request.topicData().iterator().next().partitionData();
    }

    private static PartitionProduceResponse only(ProduceResponseData response) {
        return response.responses().iterator().next().partitionResponses().getFirst();
    }
}
