package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.wire.MalformedFrameException;
import dev.ottla.network.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.EpochEndOffset;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Field by field against kafka-clients' generated classes, every version, random content. */
class FetchCodecTest {
    private static final int ROUNDS = 60;

    private final Random random = new Random(Wire.SEED);
    private final WireReader reader = new WireReader(new TopicKeys());

    static List<Short> versions() {
        List<Short> versions = new ArrayList<>();
        for (short v = FetchRequest.FIRST_VERSION; v <= FetchRequest.LAST_VERSION; v++) {
            versions.add(v);
        }
        return versions;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsWhatTheGeneratedClassWrites(short version) {
        for (int round = 0; round < ROUNDS; round++) {
            // Given a request of random content
            FetchRequestData data = randomRequest(version);
            ByteBuffer body = Wire.body(data, version);

            // When it is decoded
            FetchRequest request = FetchRequest.read(reader, body, version);

            // Then every field that a broker looks at is the one that was written
            assertThat(request.replicaId())
                    .as("seed %d", Wire.SEED)
                    .isEqualTo(version >= 15 ? data.replicaState().replicaId() : data.replicaId());
            assertThat(request.maxWaitMs()).isEqualTo(data.maxWaitMs());
            assertThat(request.minBytes()).isEqualTo(data.minBytes());
            assertThat(request.maxBytes()).isEqualTo(data.maxBytes());
            assertThat(request.readCommitted()).isEqualTo(data.isolationLevel() == 1);
            assertThat(request.sessionId()).isEqualTo(data.sessionId());
            assertThat(request.sessionEpoch()).isEqualTo(data.sessionEpoch());
            assertThat(List.copyOf(request.partitions().values()))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactlyElementsOf(expectedPartitions(data, version).values());
            assertThat(request.forgotten()).containsExactlyElementsOf(expectedForgotten(data));
            assertThat(body.position()).isEqualTo(7);
        }
    }

    private static Map<FetchPartition, FetchPartition> expectedPartitions(FetchRequestData data, short version) {
        Map<FetchPartition, FetchPartition> expected = new LinkedHashMap<>();
        for (FetchTopic topic : data.topics()) {
            for (FetchRequestData.FetchPartition partition : topic.partitions()) {
                FetchPartition key = new FetchPartition(topic.topic(), Wire.id(topic.topicId()), partition.partition());
                expected.computeIfAbsent(key, fresh -> fresh)
                        .ask(
                                partition.fetchOffset(),
                                version >= 9 ? partition.currentLeaderEpoch() : -1,
                                partition.lastFetchedEpoch(),
                                partition.partitionMaxBytes());
            }
        }
        return expected;
    }

    private static List<FetchRequest.Forgotten> expectedForgotten(FetchRequestData data) {
        List<FetchRequest.Forgotten> expected = new ArrayList<>();
        for (ForgottenTopic topic : data.forgottenTopicsData()) {
            int[] partitions =
                    topic.partitions().stream().mapToInt(Integer::intValue).toArray();
            expected.add(
                    new FetchRequest.Forgotten(topic.topic(), Wire.id(topic.topicId()), IntBuffer.wrap(partitions)));
        }
        return expected;
    }

    private FetchRequestData randomRequest(short version) {
        FetchRequestData data = new FetchRequestData()
                .setMaxWaitMs(random.nextInt())
                .setMinBytes(random.nextInt())
                .setMaxBytes(random.nextInt())
                .setIsolationLevel((byte) random.nextInt(2));
        if (version >= 15) {
            data.setReplicaState(
                    new ReplicaState().setReplicaId(random.nextInt(3) - 1).setReplicaEpoch(random.nextLong()));
        } else {
            data.setReplicaId(random.nextInt());
        }
        if (version >= 7) {
            data.setSessionId(random.nextInt()).setSessionEpoch(random.nextInt());
        }
        if (version >= 11) {
            data.setRackId(Wire.name(random));
        }
        if (version >= 12 && random.nextBoolean()) {
            data.setClusterId(Wire.name(random));
            data.unknownTaggedFields().add(new RawTaggedField(9, Wire.bytes(random, 20)));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            data.topics().add(randomTopic(version));
        }
        for (int i = version >= 7 ? random.nextInt(3) : 0; i > 0; i--) {
            ForgottenTopic topic = new ForgottenTopic();
            if (version >= 13) {
                topic.setTopicId(Wire.uuid(random));
            } else {
                topic.setTopic(Wire.name(random));
            }
            data.forgottenTopicsData().add(topic.setPartitions(List.of(random.nextInt(), random.nextInt())));
        }
        return data;
    }

    private FetchTopic randomTopic(short version) {
        FetchTopic topic = new FetchTopic();
        if (version >= 13) {
            topic.setTopicId(Wire.uuid(random));
        } else {
            topic.setTopic(Wire.name(random));
        }
        for (int j = random.nextInt(5); j > 0; j--) {
            FetchRequestData.FetchPartition partition = new FetchRequestData.FetchPartition()
                    .setPartition(random.nextInt(3))
                    .setCurrentLeaderEpoch(random.nextInt())
                    .setFetchOffset(random.nextLong())
                    .setPartitionMaxBytes(random.nextInt());
            if (version >= 5) {
                partition.setLogStartOffset(random.nextLong());
            }
            if (version >= 12) {
                partition.setLastFetchedEpoch(random.nextInt());
            }
            if (version >= 17) {
                partition.setReplicaDirectoryId(Wire.uuid(random));
            }
            if (version >= 18) {
                partition.setHighWatermark(random.nextLong());
            }
            topic.partitions().add(partition);
        }
        return topic;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void writesWhatTheGeneratedClassReads(short version) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            // Given reads of random results, some with records
            List<PartitionRead> reads = new ArrayList<>();
            FetchResponseData expected = randomReads(version, reads);
            List<NodeEndpoint> endpoints =
                    random.nextBoolean() ? List.of() : List.of(new NodeEndpoint(3, "host", 9092, "rack"));
            if (version >= 16) {
                for (NodeEndpoint endpoint : endpoints) {
                    expected.nodeEndpoints()
                            .add(new FetchResponseData.NodeEndpoint()
                                    .setNodeId(endpoint.nodeId())
                                    .setHost(endpoint.host())
                                    .setPort(endpoint.port())
                                    .setRack(endpoint.rack()));
                }
            }

            // When the response is written, the records as slices between the bytes
            Reply reply = FetchResponseWriter.write(
                    version,
                    version >= 7 ? ErrorCode.OFFSET_OUT_OF_RANGE : ErrorCode.NONE,
                    expected.sessionId(),
                    reads,
                    endpoints,
                    ByteBuffer::allocate,
                    ByteBuffer::allocate);

            // Then the generated class reads the same back, to the last byte
            ByteBuffer bytes = Wire.flatten(reply);
            FetchResponseData read = Wire.parse(new FetchResponseData(), bytes, version);
            assertThat(read).as("seed %d", Wire.SEED).isEqualTo(expected);
            assertThat(bytes.hasRemaining()).isFalse();
        }
    }

    private FetchResponseData randomReads(short version, List<PartitionRead> reads) {
        FetchResponseData expected = new FetchResponseData();
        if (version >= 7) {
            expected.setErrorCode(ErrorCode.OFFSET_OUT_OF_RANGE.wireCode()).setSessionId(random.nextInt());
        }
        int topics = random.nextInt(4);
        for (int i = 0; i < topics; i++) {
            FetchableTopicResponse topic = new FetchableTopicResponse();
            if (version >= 13) {
                topic.setTopicId(new Uuid(random.nextLong(), i));
            } else {
                topic.setTopic("topic" + i + (random.nextBoolean() ? "" : "ä"));
            }
            for (int j = 1 + random.nextInt(4); j > 0; j--) {
                PartitionRead read = new PartitionRead(
                        new FetchPartition(topic.topic(), Wire.id(topic.topicId()), random.nextInt()));
                topic.partitions().add(randomRead(version, read));
                reads.add(read);
            }
            expected.responses().add(topic);
        }
        return expected;
    }

    private PartitionData randomRead(short version, PartitionRead read) {
        PartitionData expected = new PartitionData().setPartitionIndex(read.partition());
        expected.setAbortedTransactions(null);
        if (random.nextInt(3) == 0) {
            read.failed(ErrorCode.FENCED_LEADER_EPOCH);
            expected.setErrorCode(ErrorCode.FENCED_LEADER_EPOCH.wireCode());
            read.leader(7, 21);
            if (version >= 16) {
                expected.setCurrentLeader(new LeaderIdAndEpoch().setLeaderId(7).setLeaderEpoch(21));
            }
        }
        if (random.nextBoolean()) {
            read.listsAborted();
            expected.setAbortedTransactions(List.of());
        }
        long high = random.nextLong();
        long stable = random.nextLong();
        long start = random.nextLong();
        read.offsets(high, stable, start);
        expected.setHighWatermark(high).setLastStableOffset(stable);
        if (version >= 5) {
            expected.setLogStartOffset(start);
        }
        if (random.nextInt(4) == 0) {
            read.divergesAt(5, 99);
            if (version >= 12) {
                expected.setDivergingEpoch(new EpochEndOffset().setEpoch(5).setEndOffset(99));
            }
        }
        byte[] content = random.nextBoolean() ? new byte[0] : Wire.bytes(random, 500);
        if (content.length > 0) {
            read.found(new Wire.MemorySlice(content));
        }
        return expected.setRecords(MemoryRecords.readableRecords(ByteBuffer.wrap(content)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void refusesEveryPrefixOfARequest(short version) {
        // Given a request with several topics
        FetchRequestData data;
        do {
            data = randomRequest(version);
        } while (data.topics().size() < 2);
        ByteBuffer body = Wire.body(data, version);

        for (int end = body.position(); end < body.limit(); end++) {
            // When the frame ends early, then it is refused
            ByteBuffer cut = body.duplicate().limit(end);
            assertThatThrownBy(() -> FetchRequest.read(reader, cut, version))
                    .isInstanceOf(MalformedFrameException.class);
        }
    }
}
