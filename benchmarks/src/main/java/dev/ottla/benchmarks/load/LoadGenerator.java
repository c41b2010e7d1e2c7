package dev.ottla.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests that were encoded before the clock started, from one thread over many connections: what is measured is the broker, not a client. Closed loop, where a
 * connection keeps as many requests in flight as it is told; or open loop, where requests are due at a fixed rate, on the connections in turn, and a late one's
 * time counts from when it was due.
 */
public final class LoadGenerator implements AutoCloseable {
    private static final int READ_BYTES = 1 << 20;
    private static final long NAP_NANOS = 50_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Tally> tallies = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
    private final int port;
    private final int depth;
    private boolean sendsOn;

    /** @param depth the most requests in flight on a connection */
    public LoadGenerator(int port, int depth) throws IOException {
        this.port = port;
        this.depth = depth;
    }

    /** Connections that produce. */
    public Tally produce(int count, String topic, int partitions, Batch batch) throws IOException {
        Tally tally = tally();
        ByteBuffer[] frames = ProduceFrames.each(topic, partitions, batch);
        for (int i = 0; i < count; i++) {
            connect(new Produces(topic, frames, i, batch, tally));
        }
        return tally;
    }

    /**
     * Connections that fetch one partition each, from the beginning.
     *
     * @param batch what the topic holds copies of
     * @param wraps whether they begin again at the end
     */
    public Tally fetch(int count, String topic, int partitions, int maxBytes, Batch batch, boolean wraps)
            throws IOException {
        if (depth != 1) {
            throw new IllegalArgumentException("A fetch must know how far the one before it went");
        }
        Tally tally = tally();
        for (int i = 0; i < count; i++) {
            connect(new Fetches(topic, i % partitions, maxBytes, batch, wraps, tally));
        }
        return tally;
    }

    private Tally tally() {
        Tally tally = new Tally();
        tallies.add(tally);
        return tally;
    }

    private void connect(Source source) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.socket().setTcpNoDelay(true);
        channel.configureBlocking(false);
        connections.add(new Connection(channel, selector, source));
    }

    /** Forgets what was counted, and goes on for some time; requests stay in flight. Returns the seconds it took. */
    public double closed(double seconds) throws IOException {
        tallies.forEach(Tally::reset);
        sendsOn = true;
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (Connection connection : connections) {
            while (connection.inFlight() < depth) {
                connection.send(System.nanoTime());
            }
        }
        while (System.nanoTime() < end) {
            selector.select(this::ready, 100);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Forgets what was counted; so many requests a second in all, until all are answered. Returns the seconds it took. */
    public double open(double perSecond, double seconds) throws IOException {
        drain();
        tallies.forEach(Tally::reset);
        long start = System.nanoTime();
        long count = Math.max(1, Math.round(perSecond * seconds));
        for (long i = 0; i < count; i++) {
            long due = start + (long) (i * 1e9 / perSecond);
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                if (selector.selectNow(this::ready) == 0) {
                    LockSupport.parkNanos(Math.min(NAP_NANOS, due - now));
                }
            }
            selector.selectNow(this::ready);
            connections.get((int) (i % connections.size())).due(due, depth);
        }
        drain();
        return (System.nanoTime() - start) / 1e9;
    }

    /** So many requests on every connection, as fast as their depth allows, until all are answered. */
    public void each(int count) throws IOException {
        long now = System.nanoTime();
        for (Connection connection : connections) {
            for (int i = 0; i < count; i++) {
                connection.due(now, depth);
            }
        }
        drain();
    }

    /** Waits until nothing is in flight. */
    public void drain() throws IOException {
        sendsOn = false;
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!connections.stream().allMatch(Connection::isIdle)) {
            selector.select(this::ready, 100);
            if (System.nanoTime() > end) {
                throw new IOException("Not all is answered");
            }
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.write();
            }
            if (key.isReadable()) {
                connection.read(in);
                connection.sendDue(depth);
                while (sendsOn && connection.inFlight() < depth) {
                    connection.send(System.nanoTime());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
