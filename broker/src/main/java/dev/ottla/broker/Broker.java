package dev.ottla.broker;

import dev.ottla.broker.config.BrokerSettings;
import dev.ottla.broker.config.Endpoint;
import dev.ottla.broker.metrics.MetricsServer;
import dev.ottla.controller.Controller;
import dev.ottla.network.NetworkServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker: {@link #start} opens the data folders, recovers what is in them and serves; {@link #close} finishes what is started, forces
 * everything and lets the folders go. Several may live in one process, each with folders and ports of its own.
 */
public final class Broker implements AutoCloseable {
    /** For a process that is nothing but a broker: an error that it cannot go on after ends it at once, so that it never limps. */
    public static final Consumer<Throwable> HALT_PROCESS =
            failure -> Runtime.getRuntime().halt(1);

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private final AtomicReference<BrokerState> state = new AtomicReference<>(BrokerState.STARTING);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Closers closers = new Closers();
    private final Consumer<Throwable> onFatal;
    private @Nullable Running running;

    /** What is there once it serves. */
    record Running(
            BrokerSettings settings,
            String clusterId,
            Controller controller,
            NetworkServer network,
            @Nullable MetricsServer metrics) {}

    private Broker(Consumer<Throwable> onFatal) {
        this.onFatal = onFatal;
    }

    /** Starts a broker that only closes itself when its metadata folder is lost. See {@link #start(BrokerSettings, BrokerPorts, Consumer)}. */
    public static Broker start(BrokerSettings settings) throws IOException {
        return start(settings, failure -> {});
    }

    /** Starts a broker on this machine's files and clock. See {@link #start(BrokerSettings, BrokerPorts, Consumer)}. */
    public static Broker start(BrokerSettings settings, Consumer<Throwable> onFatal) throws IOException {
        return start(settings, BrokerPorts.system(), onFatal);
    }

    /**
     * Starts a broker; when this returns, it serves.
     *
     * @param onFatal told at most once, on any thread, of an error that the broker cannot go on after, such as the loss of its metadata
     *     folder; it closes itself then. {@link #HALT_PROCESS} for a process of its own
     * @throws IOException when a folder or an address cannot be used; nothing is left open
     * @throws dev.ottla.base.OttlaException KAFKA_STORAGE_ERROR when another process holds a data folder
     */
    public static Broker start(BrokerSettings settings, BrokerPorts ports, Consumer<Throwable> onFatal)
            throws IOException {
        Broker broker = new Broker(onFatal);
        try {
            broker.running = new Startup(settings, ports, broker.closers, broker::fail, broker::state).run();
        } catch (IOException | RuntimeException e) {
            broker.state.set(BrokerState.STOPPED);
            broker.closers.closeAll();
            throw e;
        }
        if (!broker.state.compareAndSet(BrokerState.STARTING, BrokerState.RUNNING)) {
            broker.close();
            throw new IOException("The broker failed while it started; its log says why");
        }
        return broker;
    }

    public BrokerState state() {
        return state.get();
    }

    /** {@code host:port} of the first listener, for {@code bootstrap.servers}. */
    public String bootstrapAddress() {
        InetSocketAddress address = address();
        String host = address.getAddress().isAnyLocalAddress()
                ? "localhost"
                : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Where the first listener is bound. */
    public InetSocketAddress address() {
        Endpoint first = running().settings().listeners().getFirst();
        InetSocketAddress bound = running().network().boundAddresses().get(first.listenerName());
        if (bound == null) {
            throw new IllegalStateException("Listener " + first.listenerName() + " is not bound");
        }
        return bound;
    }

    /** Where metrics and health are served; null when they are off or their port was taken. */
    public @Nullable InetSocketAddress metricsAddress() {
        MetricsServer metrics = running().metrics();
        return metrics == null ? null : metrics.address();
    }

    /** Kafka's id of the cluster, the same over restarts. */
    public String clusterId() {
        return running().clusterId();
    }

    public int nodeId() {
        return running().settings().nodeId().orElseThrow();
    }

    /** The settings in force, with the node id filled in. */
    public BrokerSettings settings() {
        return running().settings();
    }

    /** Stops serving, finishes what is started and closes everything; waits when somebody else already does. */
    @Override
    public void close() {
        BrokerState before = state.getAndUpdate(now -> now == BrokerState.STOPPED ? now : BrokerState.STOPPING);
        switch (before) {
            case STOPPED -> {}
            case STOPPING -> awaitStop();
            case STARTING, RUNNING, FAILED -> {
                closers.closeAll();
                state.set(BrokerState.STOPPED);
                stopped.countDown();
            }
        }
    }

    /** Waits until {@link #close} is done. */
    public void awaitStop() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(Throwable cause) {
        BrokerState before = state.getAndUpdate(
                now -> now == BrokerState.STARTING || now == BrokerState.RUNNING ? BrokerState.FAILED : now);
        if (before != BrokerState.STARTING && before != BrokerState.RUNNING) {
            return;
        }
        LOG.error("The broker cannot go on", cause);
        onFatal.accept(cause);
        if (before == BrokerState.RUNNING) {
            // On a thread of its own: closing waits for the thread that brings the bad news.
            Thread.ofPlatform().name("ottla-failed").start(this::close);
        }
    }

    private Running running() {
        Running parts = running;
        if (parts == null) {
            throw new IllegalStateException("The broker has not started");
        }
        return parts;
    }
}
