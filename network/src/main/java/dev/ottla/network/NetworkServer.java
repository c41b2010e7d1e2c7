package dev.ottla.network;

import dev.ottla.base.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on one address or several, and hands out frames: {@code NetworkServer.builder(gate, listener).listener("PLAINTEXT", address).start()}. */
public final class NetworkServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkServer.class);

    private final Context context;
    private final List<NioLoop> loops = new ArrayList<>();
    private final Map<String, Acceptor> acceptors = new LinkedHashMap<>();
    private final Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private NetworkServer(Builder builder) {
        context = new Context(builder, loops);
    }

    public static Builder builder(FrameGate gate, RequestListener listener) {
        return new Builder(gate, listener);
    }

    /** The addresses bound, by listener name, with the ports the system chose where 0 was asked. */
    public Map<String, InetSocketAddress> boundAddresses() {
        return Collections.unmodifiableMap(addresses);
    }

    public NetworkMetrics metrics() {
        return context.metrics();
    }

    /** The loops, for work that wants a loop's thread or timers but no connection. */
    public List<EventLoop> loops() {
        return Collections.unmodifiableList(loops);
    }

    /**
     * Stops accepting and reading, lets started requests be answered for {@link NetworkLimits#closeGraceMs}, closes all connections and ends
     * the loops. Not on a loop.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        loops.getFirst().execute(() -> acceptors.values().forEach(Acceptor::close));
        Clock clock = context.clock();
        long deadline = clock.monotonicNanos() + context.limits().closeGraceMs() * 1_000_000;
        for (NioLoop loop : loops) {
            loop.execute(() -> loop.drainUntil(deadline));
        }
        joinAll();
        long leaked = loops.stream().mapToLong(loop -> loop.pool.outstanding()).sum();
        if (leaked > 0) {
            String message = leaked + " buffers were not given back: exchanges that never ended";
            if (context.checkBuffers()) {
                throw new IllegalStateException(message);
            }
            LOG.warn(message);
        }
    }

    private void joinAll() {
        boolean interrupted = false;
        for (NioLoop loop : loops) {
            while (true) {
                try {
                    loop.join();
                    break;
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(Map<String, InetSocketAddress> listeners) throws IOException {
        try {
            for (int i = 0; i < context.limits().loops(); i++) {
                loops.add(new NioLoop(context, "network-" + i));
            }
            AtomicLong ids = new AtomicLong();
            for (Map.Entry<String, InetSocketAddress> listener : listeners.entrySet()) {
                Acceptor acceptor = new Acceptor(context, loops, listener.getKey(), listener.getValue(), ids);
                acceptors.put(listener.getKey(), acceptor);
                addresses.put(listener.getKey(), acceptor.address());
            }
        } catch (IOException failure) {
            acceptors.values().forEach(Acceptor::close);
            loops.forEach(NioLoop::abandon);
            throw failure;
        }
        loops.forEach(NioLoop::start);
        loops.getFirst().execute(() -> acceptors.values().forEach(Acceptor::open));
    }

    /** What a server is started with. */
    public static final class Builder {
        private final FrameGate gate;
        private final RequestListener listener;
        private final Map<String, InetSocketAddress> listeners = new LinkedHashMap<>();
        private NetworkLimits limits = NetworkLimits.defaults();
        private Clock clock = Clock.system();
        private boolean checkBuffers;
        private @Nullable Consumer<Throwable> onFatal;

        private Builder(FrameGate gate, RequestListener listener) {
            this.gate = gate;
            this.listener = listener;
        }

        /** Listens on one more address; port 0 for any. */
        public Builder listener(String name, InetSocketAddress address) {
            if (listeners.putIfAbsent(name, address) != null) {
                throw new IllegalArgumentException("Two listeners are named " + name);
            }
            return this;
        }

        public Builder limits(NetworkLimits limits) {
            this.limits = limits;
            return this;
        }

        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** For tests: buffers are poisoned when given back, and {@link NetworkServer#close} fails when one was not. */
        public Builder checkBuffers() {
            checkBuffers = true;
            return this;
        }

        /** What happens after an error that a loop cannot go on after, such as OutOfMemoryError; halting the process unless told otherwise. */
        public Builder onFatal(Consumer<Throwable> handler) {
            onFatal = handler;
            return this;
        }

        /**
         * Binds and serves.
         *
         * @throws UncheckedIOException when an address cannot be bound
         */
        public NetworkServer start() {
            if (listeners.isEmpty()) {
                throw new IllegalArgumentException("A server needs a listener");
            }
            NetworkServer server = new NetworkServer(this);
            try {
                server.start(listeners);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return server;
        }
    }

    private static final class Context implements ServerContext {
        private final Clock clock;
        private final NetworkLimits limits;
        private final FrameGate gate;
        private final RequestListener listener;
        private final boolean checkBuffers;
        private final @Nullable Consumer<Throwable> onFatal;
        private final MemoryBudget memory;
        private final NetworkMetrics metrics;
        private final ConnectionQuota quota;
        private final List<NioLoop> loops;
        private final AtomicBoolean waking = new AtomicBoolean();

        Context(Builder builder, List<NioLoop> loops) {
            this.loops = loops;
            clock = builder.clock;
            limits = builder.limits;
            gate = builder.gate;
            listener = builder.listener;
            checkBuffers = builder.checkBuffers;
            onFatal = builder.onFatal;
            memory = new MemoryBudget(limits.bufferMemoryBytes());
            metrics = new NetworkMetrics(memory);
            quota = new ConnectionQuota(limits);
        }

        @Override
        public Clock clock() {
            return clock;
        }

        @Override
        public NetworkLimits limits() {
            return limits;
        }

        @Override
        public FrameGate gate() {
            return gate;
        }

        @Override
        public RequestListener listener() {
            return listener;
        }

        @Override
        public NetworkMetrics metrics() {
            return metrics;
        }

        @Override
        public MemoryBudget memory() {
            return memory;
        }

        @Override
        public boolean checkBuffers() {
            return checkBuffers;
        }

        @Override
        public ConnectionQuota quota() {
            return quota;
        }

        @Override
        public void wakeMemoryWaiters() {
            if (waking.compareAndSet(false, true)) {
                loops.getFirst().execute(() -> {
                    waking.set(false);
                    loops.forEach(loop -> loop.execute(loop::resumeMemoryWaiters));
                });
            }
        }

        @Override
        public void fatal(Throwable failure) {
            if (onFatal != null) {
                onFatal.accept(failure);
                return;
            }
            try {
                LOG.error("A network loop cannot go on; halting", failure);
            } finally {
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
