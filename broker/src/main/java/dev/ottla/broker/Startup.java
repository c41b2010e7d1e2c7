package dev.ottla.broker;

import dev.ottla.base.TopicId;
import dev.ottla.broker.admin.AdminApis;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.ApiTable;
import dev.ottla.broker.api.BlockingWork;
import dev.ottla.broker.api.RequestDispatcher;
import dev.ottla.broker.api.RequestServices;
import dev.ottla.broker.cluster.ApiVersionsHandler;
import dev.ottla.broker.cluster.MetadataHandler;
import dev.ottla.broker.cluster.MetadataReply;
import dev.ottla.broker.config.BrokerSettings;
import dev.ottla.broker.config.Endpoint;
import dev.ottla.broker.coordination.InternalTopic;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.broker.data.DataApis;
import dev.ottla.broker.data.DataWorkers;
import dev.ottla.broker.group.GroupApis;
import dev.ottla.broker.group.GroupCoordinators;
import dev.ottla.broker.group.GroupLag;
import dev.ottla.broker.group.OffsetsTopic;
import dev.ottla.broker.metrics.MetricsPage;
import dev.ottla.broker.metrics.MetricsServer;
import dev.ottla.broker.metrics.RequestMetrics;
import dev.ottla.broker.txn.CoordinatorGate;
import dev.ottla.broker.txn.MarkerWriter;
import dev.ottla.broker.txn.ProducerIds;
import dev.ottla.broker.txn.TransactionApis;
import dev.ottla.broker.txn.TransactionCoordinators;
import dev.ottla.broker.txn.TransactionsTopic;
import dev.ottla.broker.wire.FrameLimits;
import dev.ottla.broker.wire.WireIds;
import dev.ottla.controller.AllocateProducerIds;
import dev.ottla.controller.BumpLeaderEpochs;
import dev.ottla.controller.Controller;
import dev.ottla.controller.ControllerSettings;
import dev.ottla.controller.CreateCluster;
import dev.ottla.controller.RegisterBroker;
import dev.ottla.log.Compaction;
import dev.ottla.log.LogFolder;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.Feature;
import dev.ottla.metadata.Listener;
import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.metadata.config.EffectiveConfigs;
import dev.ottla.network.NetworkServer;
import dev.ottla.replication.DataFolders;
import dev.ottla.replication.Partitions;
import dev.ottla.replication.ReplicaMoves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the parts of a broker in order, each on those before it: locks, identity, metadata log, data folders, partitions, handlers,
 * network, metrics. Whatever is opened is handed to the {@link Closers} at once, which close it the other way round.
 */
final class Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    /** Threads for heavy batches and cold reads. */
    private static final int DATA_WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);

    private static final short PLAINTEXT = 0;

    private final BrokerPorts ports;
    private final Closers closers;
    private final Consumer<Throwable> onFatal;
    private final Supplier<BrokerState> state;
    private final AtomicLong metadataEvents = new AtomicLong();
    private final AtomicLong brokerEpoch = new AtomicLong(-1);
    private BrokerSettings settings;

    Startup(
            BrokerSettings settings,
            BrokerPorts ports,
            Closers closers,
            Consumer<Throwable> onFatal,
            Supplier<BrokerState> state) {
        this.settings = settings;
        this.ports = ports;
        this.closers = closers;
        this.onFatal = onFatal;
        this.state = state;
    }

    Broker.Running run() throws IOException {
        Storage storage = new Storage(ports, settings);
        closers.add("lock of the metadata", storage.lockMetadata());
        FolderIdentities identities = FolderIdentities.read(
                ports.files(), settings.metadataFolder(), settings.dataFolders(), settings.nodeId(), ports.random());
        settings = settings.withNodeId(identities.nodeId());
        settings.warnings().forEach(LOG::warn);

        Controller controller = startController(storage, identities);
        DataFolders folders = storage.openLogs(settings, identities, controller.image(), brokerEpoch::get, closers);
        storage.onLoss(folders, reason -> onFatal.accept(new IOException(reason)));
        bumpEpochsAfterUncleanStop(controller, folders);
        ReplicaFolders replicas = new ReplicaFolders(controller, folders, identity());
        replicas.settle();
        register(controller, settings.listeners(), folders);
        closers.add("failures of data folders", replicas);
        replicas.reportFailures();
        Partitions partitions = startPartitions(controller, folders);
        Compaction compaction = startCompaction(controller, folders);
        ReplicaMoves moves = startMoves(controller, partitions, folders, replicas);

        RequestMetrics requestMetrics = new RequestMetrics(ports.clock());
        DataWorkers workers = new DataWorkers(DATA_WORKERS);
        closers.add("data workers", workers);
        GroupCoordinators groups = startGroups(controller, partitions);
        Transactions transactions = startTransactions(controller, partitions, groups, workers);
        ApiTable table = new ApiTable(
                handlers(controller, partitions, folders, moves, groups, transactions, workers, identities));
        NetworkServer network = startNetwork(table, requestMetrics);
        registerChosenPorts(controller, network, folders);
        replicas.report();
        GroupLag lag = new GroupLag(groups, partitions);
        MetricsServer metrics = startMetrics(new MetricsPage(
                requestMetrics,
                network.metrics(),
                partitions,
                folders::opened,
                compaction::stats,
                lag::now,
                table.keys()));
        return new Broker.Running(settings, identities.clusterId(), controller, network, metrics);
    }

    private Controller startController(Storage storage, FolderIdentities identities) throws IOException {
        Controller controller = Controller.start(
                new ControllerSettings(identities.nodeId(), settings.staticConfigs()),
                storage.openMetadataLog(identities),
                ports.clock(),
                ports.random(),
                onFatal);
        closers.add("controller", controller);
        controller.submit(new CreateCluster(identities.clusterId()));
        return controller;
    }

    /** Clients must notice a log that may have lost its tail. */
    private void bumpEpochsAfterUncleanStop(Controller controller, DataFolders folders) {
        if (folders.opened().stream().allMatch(LogFolder::startedClean)) {
            return;
        }
        int bumped = controller.submit(new BumpLeaderEpochs(identity()));
        LOG.warn("The last stop was not clean: logs were recovered, {} leader epochs are one higher now", bumped);
    }

    private Partitions startPartitions(Controller controller, DataFolders folders) {
        Partitions partitions = new Partitions(
                identity(), folders, image -> EffectiveConfigs.of(image, identity(), settings.staticConfigs()));
        partitions.start(controller.image());
        controller.addListener((before, after, events) -> {
            metadataEvents.addAndGet(events.size());
            partitions.apply(before, after);
        });
        return partitions;
    }

    private Compaction startCompaction(Controller controller, DataFolders folders) {
        Compaction compaction = new Compaction(
                () -> Storage.compactionSettings(
                        EffectiveConfigs.of(controller.image(), identity(), settings.staticConfigs())
                                .broker()),
                ports.clock());
        folders.opened().forEach(compaction::watch);
        compaction.start();
        closers.add("compaction", compaction);
        return compaction;
    }

    private ReplicaMoves startMoves(
            Controller controller, Partitions partitions, DataFolders folders, ReplicaFolders replicas) {
        String threads = settings.staticConfigs().get("num.replica.alter.log.dirs.threads");
        ReplicaMoves moves = new ReplicaMoves(
                folders,
                partitions,
                replicas,
                MoveRate.pace(ports.clock(), () -> controller.image(), identity(), settings.staticConfigs()),
                threads == null
                        ? folders.all().size()
                        : Math.max(1, settings.values().intOf("num.replica.alter.log.dirs.threads")));
        closers.add("moves between data folders", moves);
        moves.resume();
        return moves;
    }

    private GroupCoordinators startGroups(Controller controller, Partitions partitions) {
        GroupCoordinators groups = new GroupCoordinators(
                partitions,
                identity(),
                image -> EffectiveConfigs.of(image, identity(), settings.staticConfigs())
                        .broker(),
                ports.clock(),
                ports.random());
        closers.add("group coordinators", groups);
        // Behind the listener of the partitions: what is led here is there by then.
        controller.addListener((before, after, events) -> groups.apply(before, after));
        groups.apply(ClusterImage.EMPTY, controller.image());
        return groups;
    }

    /** What transactions are made of here. */
    private record Transactions(ProducerIds producerIds, MarkerWriter markers, TransactionCoordinators coordinators) {}

    private Transactions startTransactions(
            Controller controller, Partitions partitions, GroupCoordinators groups, DataWorkers workers) {
        ProducerIds ids = new ProducerIds(() -> controller.submit(new AllocateProducerIds(identity())), workers);
        MarkerWriter markers = new MarkerWriter(partitions, OffsetsTopic.NAME, groups::endTransaction, ports.clock());
        TransactionCoordinators coordinators = new TransactionCoordinators(
                partitions,
                identity(),
                settings.values(),
                () -> controller.image().features().level(Feature.TRANSACTION_VERSION),
                ports.clock(),
                ids,
                markers);
        closers.add("transaction coordinators", coordinators);
        controller.addListener((before, after, events) -> coordinators.apply(before, after));
        coordinators.apply(ClusterImage.EMPTY, controller.image());
        return new Transactions(ids, markers, coordinators);
    }

    private List<ApiHandler> handlers(
            Controller controller,
            Partitions partitions,
            DataFolders folders,
            ReplicaMoves moves,
            GroupCoordinators groups,
            Transactions transactions,
            DataWorkers workers,
            FolderIdentities identities) {
        ConfigValues values = settings.values();
        AdvertisedAddresses addresses = new ConnectionAddresses(settings.advertised());
        AtomicReference<ApiTable> table = new AtomicReference<>();
        InternalTopic offsetsTopic = OffsetsTopic.of(controller, values);
        TransactionGate gate = new CoordinatorGate(
                transactions.coordinators(), values.booleanOf("transaction.partition.verification.enable"));
        List<ApiHandler> handlers = new ArrayList<>();
        handlers.add(new ApiVersionsHandler(table::get, () -> controller.image().features()));
        handlers.add(new MetadataHandler(
                controller, new MetadataReply(identity(), addresses), values.booleanOf("auto.create.topics.enable")));
        handlers.addAll(DataApis.all(new DataApis.Services(
                partitions,
                identity(),
                addresses,
                gate,
                workers,
                ports.clock(),
                ports.random(),
                values.intOf("fetch.max.bytes"),
                values.intOf("max.incremental.fetch.session.cache.slots"))));
        handlers.addAll(AdminApis.all(new AdminApis.Services(
                controller,
                folders,
                moves,
                addresses,
                ports.clock(),
                identity(),
                settings.staticConfigs(),
                WireIds.uuid(
                        TopicId.parse(identities.idOf(settings.metadataFolder()).toString())),
                metadataEvents::get,
                values.intOf("max.request.partition.size.limit"))));
        handlers.addAll(GroupApis.all(new GroupApis.Services(
                controller,
                groups,
                gate,
                addresses,
                identity(),
                offsetsTopic,
                TransactionsTopic.of(controller, values))));
        handlers.addAll(TransactionApis.all(new TransactionApis.Services(
                transactions.coordinators(),
                transactions.markers(),
                transactions.producerIds(),
                offsetsTopic,
                controller::image)));
        table.set(new ApiTable(handlers));
        return handlers;
    }

    private NetworkServer startNetwork(ApiTable table, RequestMetrics requestMetrics) throws IOException {
        BlockingWork blockingWork = new BlockingWork();
        closers.add("blocking requests", blockingWork);
        RequestDispatcher dispatcher =
                new RequestDispatcher(table, new RequestServices(ports.clock(), requestMetrics, blockingWork));
        FrameLimits limits = new FrameLimits(table.keys(), settings.values().intOf("socket.request.max.bytes"));
        NetworkServer.Builder builder = NetworkServer.builder(limits, dispatcher)
                .limits(NetworkSetup.limits(settings))
                .clock(ports.clock())
                .onFatal(onFatal);
        for (Endpoint listener : settings.listeners()) {
            builder.listener(listener.listenerName(), NetworkSetup.bindAddress(listener));
        }
        try {
            NetworkServer network = builder.start();
            closers.add("network", network);
            return network;
        } catch (UncheckedIOException e) {
            throw new IOException("Cannot listen on " + settings.listeners() + ": " + e.getMessage(), e.getCause());
        }
    }

    private void register(Controller controller, List<Endpoint> listeners, DataFolders folders) {
        List<Listener> registered = new ArrayList<>();
        for (Endpoint listener : listeners) {
            Endpoint shown = settings.advertised().stream()
                    .filter(endpoint -> endpoint.listenerName().equals(listener.listenerName()))
                    .findFirst()
                    .orElse(listener);
            String host = shown.isWildcard() ? "localhost" : shown.host();
            registered.add(new Listener(shown.listenerName(), host, shown.port(), PLAINTEXT));
        }
        String rack = settings.staticConfigs().get("broker.rack");
        brokerEpoch.set(controller.submit(new RegisterBroker(identity(), registered, rack, folders.working())));
    }

    /** Port 0 is known only once it is bound. */
    private void registerChosenPorts(Controller controller, NetworkServer network, DataFolders folders) {
        if (settings.listeners().stream().noneMatch(listener -> listener.port() == 0)) {
            return;
        }
        Map<String, InetSocketAddress> bound = network.boundAddresses();
        List<Endpoint> listeners = new ArrayList<>();
        for (Endpoint listener : settings.listeners()) {
            InetSocketAddress address = bound.get(listener.listenerName());
            listeners.add(
                    address == null
                            ? listener
                            : new Endpoint(listener.listenerName(), listener.host(), address.getPort()));
        }
        register(controller, listeners, folders);
    }

    private @Nullable MetricsServer startMetrics(MetricsPage page) throws IOException {
        if (settings.metricsPort().isEmpty()) {
            return null;
        }
        int port = settings.metricsPort().getAsInt();
        try {
            MetricsServer server = MetricsServer.start(port, page::text, this::health);
            closers.add("metrics", server);
            return server;
        } catch (IOException e) {
            if (settings.metricsPortChosen()) {
                throw new IOException(
                        BrokerSettings.METRICS_PORT + ": cannot listen on port " + port + ": " + e.getMessage(), e);
            }
            LOG.warn(
                    "Port {} is taken, so there are no metrics; choose another with {}",
                    port,
                    BrokerSettings.METRICS_PORT);
            return null;
        }
    }

    private MetricsServer.Health health() {
        BrokerState now = state.get();
        return new MetricsServer.Health(now == BrokerState.RUNNING, now.name());
    }

    private int identity() {
        return settings.nodeId().orElseThrow();
    }
}
