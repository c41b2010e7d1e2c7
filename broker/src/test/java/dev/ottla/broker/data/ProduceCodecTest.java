package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.data.ProduceResults.RecordFault;
import dev.ottla.broker.data.ProduceResults.Refusal;
import dev.ottla.broker.wire.MalformedFrameException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Field by field against kafka-clients' generated classes, every version, random content. */
class ProduceCodecTest {
    private static final int ROUNDS = 60;

    private final Random random = new Random(Wire.SEED);
    private final WireReader reader = new WireReader(new TopicKeys());
    private final ProduceRequest request = new ProduceRequest();

    static List<Short> versions() {
        List<Short> versions = new ArrayList<>();
        for (short v = ProduceRequest.FIRST_VERSION; v <= ProduceRequest.LAST_VERSION; v++) {
            versions.add(v);
        }
        return versions;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsWhatTheGeneratedClassWrites(short version) {
        for (int round = 0; round < ROUNDS; round++) {
            // Given a request of random content
            ProduceRequestData data = randomRequest(version);
            ByteBuffer body = Wire.body(data, version);

            // When it is decoded in place
            request.read(reader, body, version);

            // Then every field is the one that was written, and the records lie where they were sent
            assertThat(body.position()).as("seed %d", Wire.SEED).isEqualTo(7);
            assertThat(request.transactionalId()).isEqualTo(data.transactionalId());
            assertThat(request.acks()).isEqualTo(data.acks());
            assertThat(request.timeoutMs()).isEqualTo(data.timeoutMs());
            assertThat(request.topicCount()).isEqualTo(data.topicData().size());
            int topic = 0;
            int flat = 0;
            for (TopicProduceData expected : data.topicData()) {
                if (version >= 13) {
                    assertThat(Wire.uuid(request.topicId(topic))).isEqualTo(expected.topicId());
                } else {
                    assertThat(request.topicName(topic)).isEqualTo(expected.name());
                }
                assertThat(request.firstPartition(topic)).isEqualTo(flat);
                for (PartitionProduceData partition : expected.partitionData()) {
                    assertThat(request.index(flat)).isEqualTo(partition.index());
                    assertRecords(body, flat, (MemoryRecords) partition.records());
                    flat++;
                }
                assertThat(request.endPartition(topic)).isEqualTo(flat);
                topic++;
            }
            assertThat(request.partitionCount()).isEqualTo(flat);
        }
    }

    private void assertRecords(ByteBuffer body, int flat, MemoryRecords expected) {
        if (expected == null) {
            assertThat(request.recordsSizeBytes(flat)).isEqualTo(-1);
            return;
        }
        assertThat(request.recordsSizeBytes(flat)).isEqualTo(expected.sizeInBytes());
        assertThat(body.slice(request.recordsAt(flat), request.recordsSizeBytes(flat)))
                .isEqualTo(expected.buffer());
    }

    private ProduceRequestData randomRequest(short version) {
        ProduceRequestData data = new ProduceRequestData()
                .setTransactionalId(Wire.text(random))
                .setAcks((short) (random.nextInt(4) - 1))
                .setTimeoutMs(random.nextInt());
        int topics = random.nextInt(4);
        for (int i = 0; i < topics; i++) {
            TopicProduceData topic = new TopicProduceData();
            if (version >= 13) {
                topic.setTopicId(Wire.uuid(random));
            } else {
                topic.setName(Wire.name(random));
            }
            int partitions = 1 + random.nextInt(5);
            for (int j = 0; j < partitions; j++) {
                MemoryRecords records = random.nextInt(5) == 0
                        ? null
                        : MemoryRecords.readableRecords(ByteBuffer.wrap(Wire.bytes(random, 200)));
                PartitionProduceData partition =
                        new PartitionProduceData().setIndex(random.nextInt()).setRecords(records);
                if (version >= 9 && random.nextBoolean()) {
                    partition.unknownTaggedFields().add(new RawTaggedField(77, Wire.bytes(random, 20)));
                }
                topic.partitionData().add(partition);
            }
            data.topicData().add(topic);
        }
        if (version >= 9 && random.nextBoolean()) {
            data.unknownTaggedFields().add(new RawTaggedField(3, Wire.bytes(random, 20)));
        }
        return data;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void writesWhatTheGeneratedClassReads(short version) {
        for (int round = 0; round < ROUNDS; round++) {
            // Given a request and random results for it
            request.read(reader, Wire.body(randomRequest(version), version), version);
            ProduceResults results = new ProduceResults();
            results.reset(request.partitionCount());
            List<NodeEndpoint> endpoints = random.nextBoolean()
                    ? List.of()
                    : List.of(new NodeEndpoint(3, "höst", 9092, null), new NodeEndpoint(-1, "h".repeat(300), 1, "r"));
            ProduceResponseData expected = randomResults(version, results, endpoints);

            // When the response is written into a buffer of the bound's size
            ByteBuffer target = ByteBuffer.allocate(ProduceResponseWriter.boundBytes(request, results, endpoints));
            ProduceResponseWriter.write(target, version, request, results, endpoints);

            // Then the generated class reads the same back, to the last byte
            target.flip();
            ProduceResponseData read = Wire.parse(new ProduceResponseData(), target, version);
            assertThat(read).as("seed %d", Wire.SEED).isEqualTo(expected);
            assertThat(target.hasRemaining()).isFalse();
        }
    }

    private ProduceResponseData randomResults(short version, ProduceResults results, List<NodeEndpoint> endpoints) {
        ProduceResponseData expected = new ProduceResponseData();
        for (int topic = 0; topic < request.topicCount(); topic++) {
            TopicProduceResponse response = new TopicProduceResponse();
            if (version >= 13) {
                response.setTopicId(Wire.uuid(request.topicId(topic)));
            } else {
                response.setName(request.topicName(topic));
            }
            for (int flat = request.firstPartition(topic); flat < request.endPartition(topic); flat++) {
                PartitionProduceResponse partition = new PartitionProduceResponse().setIndex(request.index(flat));
                if (random.nextBoolean()) {
                    appended(version, results, flat, partition);
                } else {
                    refused(version, results, flat, partition);
                }
                response.partitionResponses().add(partition);
            }
            expected.responses().add(response);
        }
        if (version >= 10) {
            for (NodeEndpoint endpoint : endpoints) {
                expected.nodeEndpoints()
                        .add(new ProduceResponseData.NodeEndpoint()
                                .setNodeId(endpoint.nodeId())
                                .setHost(endpoint.host())
                                .setPort(endpoint.port())
                                .setRack(endpoint.rack()));
            }
        }
        return expected;
    }

    private void appended(short version, ProduceResults results, int flat, PartitionProduceResponse expected) {
        long baseOffset = random.nextLong();
        long appendTimeMs = random.nextLong();
        long logStartOffset = random.nextLong();
        results.appended(flat, baseOffset, appendTimeMs, logStartOffset);
        expected.setBaseOffset(baseOffset).setLogAppendTimeMs(appendTimeMs);
        if (version >= 5) {
            expected.setLogStartOffset(logStartOffset);
        }
    }

    private void refused(short version, ProduceResults results, int flat, PartitionProduceResponse expected) {
        String message = Wire.text(random);
        List<RecordFault> faults = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            faults.add(new RecordFault(random.nextInt(), Wire.text(random)));
        }
        boolean moved = random.nextBoolean();
        Refusal refusal = new Refusal(message, faults, moved ? 4 : -1, moved ? 17 : -1);
        results.failed(flat, ErrorCode.INVALID_RECORD, 12, random.nextInt(4) == 0 ? null : refusal);
        boolean said = results.refusal(flat) != null;
        expected.setErrorCode(ErrorCode.INVALID_RECORD.wireCode())
                .setBaseOffset(-1)
                .setLogAppendTimeMs(-1);
        if (version >= 5) {
            expected.setLogStartOffset(12);
        }
        if (version >= 8 && said) {
            expected.setErrorMessage(message);
            for (RecordFault fault : faults) {
                expected.recordErrors()
                        .add(new BatchIndexAndErrorMessage()
                                .setBatchIndex(fault.batchIndex())
                                .setBatchIndexErrorMessage(fault.message()));
            }
        }
        if (version >= 10 && said && moved) {
            expected.setCurrentLeader(new LeaderIdAndEpoch().setLeaderId(4).setLeaderEpoch(17));
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void refusesEveryPrefixOfARequest(short version) {
        // Given a request with several partitions
        ProduceRequestData data;
        do {
            data = randomRequest(version);
        } while (data.topicData().size() < 2);
        ByteBuffer body = Wire.body(data, version);

        for (int end = body.position(); end < body.limit(); end++) {
            // When the frame ends early, wherever that is
            ByteBuffer cut = body.duplicate().limit(end);

            // Then it is refused, not half-done
            assertThatThrownBy(() -> request.read(reader, cut, version)).isInstanceOf(MalformedFrameException.class);
        }
    }

    @Test
    void ofAPartitionNamedTwiceOnlyTheLastCounts() {
        // Given a request that names a partition in two places, and another one once
        ProduceRequestData data = new ProduceRequestData().setAcks((short) 1);
        for (int index : new int[] {4, 7}) {
            TopicProduceData topic = new TopicProduceData().setName("t");
            topic.partitionData().add(new PartitionProduceData().setIndex(4));
            topic.partitionData().add(new PartitionProduceData().setIndex(index));
            data.topicData().add(topic);
        }

        // When it is read
        request.read(reader, Wire.body(data, (short) 9), (short) 9);

        // Then the earlier ones are dropped, and the response has each once
        assertThat(request.isDropped(0)).isTrue();
        assertThat(request.isDropped(1)).isTrue();
        assertThat(request.isDropped(2)).isFalse();
        assertThat(request.isDropped(3)).isFalse();
        ProduceResults results = new ProduceResults();
        results.reset(request.partitionCount());
        ByteBuffer target = ByteBuffer.allocate(ProduceResponseWriter.boundBytes(request, results, List.of()));
        ProduceResponseWriter.write(target, (short) 9, request, results, List.of());
        ProduceResponseData response = Wire.parse(new ProduceResponseData(), target.flip(), (short) 9);
        assertThat(response.responses()).hasSize(1);
        assertThat(response.responses().iterator().next().partitionResponses())
                .extracting(PartitionProduceResponse::index)
                .containsExactly(4, 7);
    }

    @Test
    void refusesCountsThatCannotBe() {
        // Given a v9 request that says it has two thousand million topics
        ByteBuffer body = ByteBuffer.allocate(64);
        body.put((byte) 0).putShort((short) 1).putInt(1000);
        body.put(new byte[] {-1, -1, -1, -1, 7}).position(0);

        // When it is read, then no memory is taken for them
        assertThatThrownBy(() -> request.read(reader, body, (short) 9))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("elements");
    }
}
