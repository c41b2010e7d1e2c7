package dev.ottla.broker.data;

import dev.ottla.base.Clock;
import dev.ottla.base.DirectoryId;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.ApiTable;
import dev.ottla.broker.api.BlockingWork;
import dev.ottla.broker.api.RequestDispatcher;
import dev.ottla.broker.api.RequestServices;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.broker.metrics.RequestMetrics;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.ResponseEncoder;
import dev.ottla.log.FolderSettings;
import dev.ottla.log.LogConfig;
import dev.ottla.log.LogFolder;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.config.EffectiveConfigs;
import dev.ottla.replication.DataFolder;
import dev.ottla.replication.DataFolders;
import dev.ottla.replication.Partitions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.RequestHeader;

/** The data handlers over real logs in a folder, without a network: requests go in as frames, replies come out as messages. */
final class DataRoom implements AutoCloseable {
    static final int NODE_ID = 1;
    static final int FETCH_MAX_BYTES = 10_000;

    private final ManualLoop loop = new ManualLoop();
    private final LogFolder folder;
    private final Partitions partitions;
    private final BlockingWork blockingWork = new BlockingWork();
    private final RequestDispatcher dispatcher;
    private volatile TransactionGate gate =
            (question, waiter) -> waiter.refuse(ErrorCode.NOT_COORDINATOR, "There are no coordinators here");
    private ClusterImage image;
    private int correlationId;

    DataRoom(Path path) throws IOException {
        this(path, Runnable::run);
    }

    DataRoom(Path path, Executor workers) throws IOException {
        this(path, workers, Files.system(), 0);
    }

    /** @param journalMaxBytes 0 for no journal */
    DataRoom(Path path, Executor workers, Files files, long journalMaxBytes) throws IOException {
        folder = LogFolder.open(
                FolderSettings.defaults(path).withJournal(journalMaxBytes),
                partition -> LogConfig.defaults(),
                files,
                Clock.system(),
                RandomSource.seeded(1));
        partitions = new Partitions(
                NODE_ID,
                new DataFolders(List.of(DataFolder.open(new DirectoryId(5, 5), folder))),
                current -> EffectiveConfigs.of(current, NODE_ID, Map.of()));
        image = ClusterImage.EMPTY
                .apply(new MetadataEvent.ClusterCreated("cluster"))
                .apply(new MetadataEvent.BrokerRegistered(new BrokerImage(NODE_ID, 1, List.of(), null, List.of())));
        partitions.start(image);
        Clock clock = Clock.system();
        ApiTable table = new ApiTable(DataApis.all(new DataApis.Services(
                partitions,
                NODE_ID,
                connection -> new AdvertisedAddresses.Address("localhost", 9092),
                (question, waiter) -> gate.ask(question, waiter),
                workers,
                clock,
                RandomSource.seeded(2),
                FETCH_MAX_BYTES,
                100)));
        dispatcher = new RequestDispatcher(table, new RequestServices(clock, new RequestMetrics(clock), blockingWork));
    }

    /** Who is asked about transactions from now on. */
    void ask(TransactionGate coordinators) {
        gate = coordinators;
    }

    ManualLoop loop() {
        return loop;
    }

    Partitions partitions() {
        return partitions;
    }

    RequestDispatcher dispatcher() {
        return dispatcher;
    }

    /** Creates a topic whose id says its name's hash. */
    TopicId createTopic(String name, int partitionCount) {
        return createTopic(name, partitionCount, Map.of());
    }

    TopicId createTopic(String name, int partitionCount, Map<String, String> configs) {
        TopicId id = new TopicId(77, name.hashCode());
        List<PartitionImage> created = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            created.add(PartitionImage.created(i, List.of(NODE_ID)));
        }
        ClusterImage after = image.apply(new MetadataEvent.TopicCreated(new TopicImage(name, id, created)));
        for (Map.Entry<String, String> config : configs.entrySet()) {
            after = after.apply(
                    new MetadataEvent.ConfigChanged(ConfigResource.topic(name), config.getKey(), config.getValue()));
        }
        become(after);
        return id;
    }

    void deleteTopic(TopicId id) {
        become(image.apply(new MetadataEvent.TopicDeleted(id)));
    }

    void bumpLeaderEpochs() {
        become(image.apply(new MetadataEvent.LeaderEpochsBumped(NODE_ID)));
    }

    private void become(ClusterImage after) {
        ClusterImage before = image;
        image = after;
        partitions.apply(before, after);
    }

    /** Hands a request over and lets the loop run; it may still be waiting afterwards. */
    TestExchange send(ApiMessage request, short version) {
        TestExchange exchange = new TestExchange(frame(request, version, correlationId++), loop);
        dispatcher.onRequest(exchange);
        loop.run();
        return exchange;
    }

    /** Sends a request and reads its response. */
    <T extends ApiMessage> T ask(ApiMessage request, int version, T response) {
        TestExchange exchange = send(request, (short) version);
        exchange.awaitEnd();
        return read(exchange, ApiKeys.forId(request.apiKey()), version, response);
    }

    /** The response of an exchange that has one. */
    static <T extends ApiMessage> T read(TestExchange exchange, ApiKeys key, int version, T response) {
        if (exchange.reply() == null) {
            throw new AssertionError("No reply; closed because: " + exchange.closeReason());
        }
        try {
            ByteBuffer bytes = Wire.flatten(exchange.reply());
            bytes.position(ResponseEncoder.headerSizeBytes(key, (short) version));
            T read = Wire.parse(response, bytes, (short) version);
            if (bytes.hasRemaining()) {
                throw new AssertionError(bytes.remaining() + " bytes too many in the response");
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request as a client sends it, without the size in front. */
    static ByteBuffer frame(ApiMessage request, short version, int correlationId) {
        var key = org.apache.kafka.common.protocol.ApiKeys.forId(request.apiKey());
        RequestHeader header = new RequestHeader(key, version, "test", correlationId);
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion())
                .buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(request, version).buffer();
        return ByteBuffer.allocateDirect(head.remaining() + body.remaining())
                .put(head)
                .put(body)
                .flip();
    }

    @Override
    public void close() {
        blockingWork.close();
        folder.close(-1);
    }
}
