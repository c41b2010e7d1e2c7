package dev.ottla.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket on the first loop: takes connections in, or refuses them by closing, and gives each to the loop with the fewest. */
final class Acceptor implements ReadyHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int ACCEPTS_PER_TURN = 64;
    /** Out of file descriptors, say: trying again at once would spin. */
    private static final long RETRY_MS = 100;

    private final ServerContext server;
    private final List<NioLoop> loops;
    private final NioLoop home;
    private final String listenerName;
    private final ServerSocketChannel channel;
    private final AtomicLong ids;
    private final RateLimitedLog refusals = new RateLimitedLog(LOG);
    private final RateLimitedLog failures = new RateLimitedLog(LOG);

    /** Binds at once. */
    Acceptor(ServerContext server, List<NioLoop> loops, String listenerName, InetSocketAddress address, AtomicLong ids)
            throws IOException {
        this.server = server;
        this.loops = loops;
        this.home = loops.getFirst();
        this.listenerName = listenerName;
        this.ids = ids;
        this.channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (server.limits().receiveBufferBytes() > 0) {
                // Before the bind: the window scale of accepted connections follows from it.
                channel.setOption(
                        StandardSocketOptions.SO_RCVBUF, server.limits().receiveBufferBytes());
            }
            channel.configureBlocking(false);
            channel.bind(address, server.limits().backlog());
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw new IOException(
                    "Listener " + listenerName + " cannot bind " + address + ": " + failure.getMessage(), failure);
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Begins to accept; on the first loop. */
    void open() {
        try {
            if (channel.isOpen()) {
                channel.register(home.selector(), SelectionKey.OP_ACCEPT, this);
            }
        } catch (IOException failure) {
            throw new IllegalStateException("Listener " + listenerName + " cannot be registered", failure);
        }
    }

    /** Stops accepting; on the first loop. */
    void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            LOG.warn("Closing listener {} failed", listenerName, failure);
        }
    }

    @Override
    public void onReady(int readyOps) {
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            SocketChannel accepted;
            try {
                accepted = channel.accept();
            } catch (IOException failure) {
                pause(failure);
                return;
            }
            if (accepted == null) {
                return;
            }
            admit(accepted);
        }
    }

    private void pause(IOException failure) {
        if (!channel.isOpen()) {
            return;
        }
        failures.warn(home.nowNanos(), "Listener " + listenerName + " cannot accept", failure);
        SelectionKey key = channel.keyFor(home.selector());
        if (key != null && key.isValid()) {
            key.interestOps(0);
            home.schedule(RETRY_MS, this::open);
        }
    }

    private void admit(SocketChannel accepted) {
        InetSocketAddress from;
        try {
            from = (InetSocketAddress) accepted.getRemoteAddress();
        } catch (IOException gone) {
            closeQuietly(accepted);
            return;
        }
        if (from == null || !server.quota().admit(from.getAddress())) {
            server.metrics().refused.increment();
            refusals.warn(
                    home.nowNanos(),
                    "Refusing a connection on " + listenerName + ", too many are open",
                    String.valueOf(from));
            closeQuietly(accepted);
            return;
        }
        server.metrics().accepted.increment();
        NioLoop loop = chooseLoop();
        loop.chosen();
        if (loop == home) {
            begin(loop, accepted, from);
        } else {
            loop.execute(() -> begin(loop, accepted, from));
        }
    }

    private NioLoop chooseLoop() {
        NioLoop best = home;
        for (NioLoop loop : loops) {
            if (loop.connectionCount() < best.connectionCount()) {
                best = loop;
            }
        }
        return best;
    }

    private void begin(NioLoop loop, SocketChannel accepted, InetSocketAddress from) {
        NioConnection connection;
        try {
            configure(accepted);
            connection = new NioConnection(ids.incrementAndGet(), loop, accepted, listenerName);
        } catch (IOException | RuntimeException failure) {
            LOG.debug("A connection from {} was gone before it began", from, failure);
            closeQuietly(accepted);
            loop.left();
            server.quota().leave(from.getAddress());
            server.metrics().closed.increment();
            return;
        }
        loop.add(connection);
        connection.opened();
        if (loop.isDraining()) {
            connection.close(null);
        }
    }

    private void configure(SocketChannel accepted) throws IOException {
        accepted.configureBlocking(false);
        accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        accepted.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (server.limits().sendBufferBytes() > 0) {
            accepted.setOption(StandardSocketOptions.SO_SNDBUF, server.limits().sendBufferBytes());
        }
    }

    private static void closeQuietly(SocketChannel accepted) {
        try {
            accepted.close();
        } catch (IOException failure) {
            LOG.debug("Closing a refused connection failed", failure);
        }
    }
}
