package dev.ottla.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.RawClient;
import dev.ottla.broker.cluster.ApiVersionsHandler;
import dev.ottla.broker.metrics.RequestMetrics;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.FrameLimits;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.network.NetworkLimits;
import dev.ottla.network.NetworkServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the socket to a handler and back, over a network server with handlers that fail in every way. */
class RequestDispatcherTest {
    private final RequestMetrics metrics = new RequestMetrics(Clock.system());
    private final BlockingWork blockingWork = new BlockingWork();
    private NetworkServer server;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        AtomicReference<ApiTable> table = new AtomicReference<>();
        table.set(new ApiTable(List.of(
                new ApiVersionsHandler(table::get, ClusterImage.EMPTY::features),
                MessageApi.onVirtualThread(
                        ApiKeys.DESCRIBE_CLUSTER, DescribeClusterRequestData.class, (request, message) -> {
                            assertThat(Thread.currentThread().isVirtual()).isTrue();
                            return new DescribeClusterResponseData().setClusterId(request.clientId());
                        }),
                MessageApi.onLoop(ApiKeys.FIND_COORDINATOR, FindCoordinatorRequestData.class, (request, message) -> {
                    throw new OttlaException(ErrorCode.COORDINATOR_NOT_AVAILABLE, "not yet");
                }),
                MessageApi.onVirtualThread(ApiKeys.LIST_OFFSETS, ListOffsetsRequestData.class, (request, message) -> {
                    throw new IllegalStateException("a fault of ours");
                }),
                MessageApi.onLoop(ApiKeys.PRODUCE, ProduceRequestData.class, (request, message) -> {
                    throw new IllegalStateException("a fault of ours");
                }))));
        server = NetworkServer.builder(
                        new FrameLimits(table.get().keys(), 1_000_000),
                        new RequestDispatcher(table.get(), new RequestServices(Clock.system(), metrics, blockingWork)))
                .listener("PLAINTEXT", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(NetworkLimits.defaults().toBuilder().loops(1).build())
                .checkBuffers()
                .start();
        client = new RawClient(server.boundAddresses().get("PLAINTEXT"));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        blockingWork.close();
    }

    @Test
    void apiVersionsListsTheTableInEveryVersion() throws Exception {
        for (int version = 0; version <= 4; version++) {
            ApiVersionsResponseData answer =
                    client.call(apiVersions("ottla-test", "1.0"), version, ApiVersionsResponseData.class);
            assertThat(answer.errorCode()).isZero();
            assertThat(answer.apiKeys()).hasSize(5);
            assertThat(answer.apiKeys().find(ApiKeys.PRODUCE.id).minVersion()).isZero();
            assertThat(answer.finalizedFeatures())
                    .extracting(FinalizedFeatureKey::name)
                    .isEqualTo(
                            version >= 3
                                    ? List.of("metadata.version", "group.version", "transaction.version")
                                    : List.of());
        }
    }

    @Test
    void apiVersionsOfAnUnknownVersionIsAnsweredInVersionZeroWithItsRange() throws Exception {
        ByteBuffer frame = ByteBuffer.allocate(64);
        frame.putShort(ApiKeys.API_VERSIONS.id).putShort((short) 99).putInt(31).position(0);
        client.sendFrame(frame);

        ByteBuffer answer = client.readFrame();
        assertThat(answer.getInt()).isEqualTo(31);
        ApiVersionsResponse response =
                ApiVersionsResponse.parse(new org.apache.kafka.common.protocol.ByteBufferAccessor(answer), (short) 0);
        assertThat(response.data().errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.wireCode());
        assertThat(response.data().apiKeys()).singleElement().satisfies(range -> {
            assertThat(range.apiKey()).isEqualTo(ApiKeys.API_VERSIONS.id);
            assertThat(range.maxVersion()).isEqualTo((short) 4);
        });
    }

    @Test
    void aClientThatNamesItselfBadlyIsToldAndMayGoOn() throws Exception {
        for (String bad : List.of("", "-a", "a-", "a b", "a\n", "ä")) {
            ApiVersionsResponseData answer = client.call(apiVersions(bad, "1.0"), 3, ApiVersionsResponseData.class);
            assertThat(answer.errorCode()).as(bad).isEqualTo(ErrorCode.INVALID_REQUEST.wireCode());
        }
        ApiVersionsResponseData answer = client.call(apiVersions("a", "4.3.1-rc.1"), 3, ApiVersionsResponseData.class);
        assertThat(answer.errorCode()).isZero();
    }

    @Test
    void blockingHandlersRunOnVirtualThreads() throws Exception {
        DescribeClusterResponseData answer =
                client.call(new DescribeClusterRequestData(), 2, DescribeClusterResponseData.class);
        assertThat(answer.clusterId()).isEqualTo("raw");
        assertThat(metrics.of(ApiKeys.DESCRIBE_CLUSTER.id).latencyCounts()).contains(1);
    }

    @Test
    void refusalsAndFaultsBecomeTheApisErrors() throws Exception {
        FindCoordinatorResponseData refused = client.call(
                new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g")),
                6,
                FindCoordinatorResponseData.class);
        assertThat(refused.coordinators().getFirst().errorCode())
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.wireCode());

        ListOffsetsRequestData request = new ListOffsetsRequestData();
        request.topics()
                .add(new ListOffsetsRequestData.ListOffsetsTopic()
                        .setName("t")
                        .setPartitions(List.of(new ListOffsetsRequestData.ListOffsetsPartition())));
        ListOffsetsResponseData failed = client.call(request, 11, ListOffsetsResponseData.class);
        assertThat(failed.topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR.wireCode());
        assertThat(metrics.of(ApiKeys.LIST_OFFSETS.id).errors()).isEqualTo(1);
    }

    @Test
    void theFirstErrorOfABrokerHoldsNobodyElseUpAndIsAnsweredInItsTurn() throws Exception {
        // Given no room for work off the loops
        CompletableFuture<Void> room = new CompletableFuture<>();
        for (int i = 0; i < BlockingWork.MAX_CONCURRENT_REQUESTS; i++) {
            blockingWork.run(room::join);
        }
        await().until(() -> blockingWork.running() == BlockingWork.MAX_CONCURRENT_REQUESTS);
        try (RawClient other = new RawClient(server.boundAddresses().get("PLAINTEXT"))) {
            // When a handler on the loop refuses a request, which is the first error, and another request follows
            var refused = client.send(new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g")), 6);
            var following = client.send(apiVersions("ottla-test", "1.0"), 4);
            // Then the loop serves others meanwhile; twice, so that it has seen the first connection too
            for (int i = 0; i < 2; i++) {
                assertThat(other.call(apiVersions("ottla-test", "1.0"), 4, ApiVersionsResponseData.class)
                                .errorCode())
                        .isZero();
            }
            assertThat(metrics.of(ApiKeys.FIND_COORDINATOR.id).errors()).isZero();
            // And with room for it the answers come in the order of the requests
            room.complete(null);
            assertThat(client.readFrame().getInt()).isEqualTo(refused.correlationId());
            assertThat(client.readFrame().getInt()).isEqualTo(following.correlationId());
        } finally {
            room.complete(null);
        }
    }

    @Test
    void aFaultInAProduceIsNeverAnUnknownServerError() throws Exception {
        ProduceRequestData request = new ProduceRequestData().setAcks((short) -1);
        request.topicData()
                .add(new ProduceRequestData.TopicProduceData()
                        .setName("t")
                        .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                                .setRecords(org.apache.kafka.common.record.internal.MemoryRecords.EMPTY))));
        ProduceResponseData answer = client.call(request, 9, ProduceResponseData.class);
        assertThat(answer.responses()
                        .find("t", org.apache.kafka.common.Uuid.ZERO_UUID)
                        .partitionResponses())
                .singleElement()
                .satisfies(partition ->
                        assertThat(partition.errorCode()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.wireCode()));

        // And one that wants no reply gets a closed connection
        client.send(request.setAcks((short) 0), 9);
        assertThat(client.isClosedByPeer()).isTrue();
    }

    @Test
    void whatIsNotServedClosesTheConnection() throws Exception {
        client.send(new JoinGroupRequestData(), 9);
        assertThat(client.isClosedByPeer()).isTrue();
    }

    @Test
    void bytesThatAreNoRequestCloseTheConnection() throws Exception {
        ByteBuffer frame = ByteBuffer.allocate(40);
        frame.putShort(ApiKeys.FIND_COORDINATOR.id)
                .putShort((short) 6)
                .putInt(1)
                .putShort((short) 0);
        frame.put((byte) 0); // no tagged fields
        frame.put((byte) 0); // key type
        frame.put(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F}); // very many keys
        client.sendFrame(frame.position(0));
        assertThat(client.isClosedByPeer()).isTrue();
    }

    private static ApiVersionsRequestData apiVersions(String name, String version) {
        return new ApiVersionsRequestData().setClientSoftwareName(name).setClientSoftwareVersion(version);
    }
}
