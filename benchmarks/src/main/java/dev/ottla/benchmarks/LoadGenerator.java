package dev.ottla.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.protocol.Errors;

/**
 * Produce requests that were encoded before the clock started, from one thread over many connections with one request in flight each: what is
 * measured is the broker, not a producer. Closed loop: a connection sends its next request when the last one is answered.
 */
final class LoadGenerator {
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int HISTOGRAM_DIGITS = 3;
    private static final int RESPONSE_BYTES = 4096;

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final Histogram latencies = new Histogram(HIGHEST_NANOS, HISTOGRAM_DIGITS);
    private long answered;

    private LoadGenerator(Selector selector) {
        this.selector = selector;
    }

    /** What it came to. Bytes are those of the acknowledged batches; the broker's writes are as the kernel accounts for them. */
    record Result(
            double seconds,
            long requests,
            long records,
            long bytes,
            double cpuSeconds,
            long diskBytes,
            Histogram latencies) {
        double recordsPerSecond() {
            return records / seconds;
        }

        double megabytesPerSecond() {
            return bytes / 1e6 / seconds;
        }

        double cpuSecondsPerGigabyte() {
            return cpuSeconds / (bytes / 1e9);
        }

        double cpuSecondsPerMillionRecords() {
            return cpuSeconds / (records / 1e6);
        }

        double diskBytesPerByte() {
            return diskBytes / (double) bytes;
        }

        double latencyUs(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1e3;
        }
    }

    /** Keeps {@code inFlight} requests of one batch each in flight, spread over the topic's partitions, after {@code warmUpSeconds} that do not count. */
    static Result run(
            BrokerProcess broker,
            String topic,
            int partitions,
            int inFlight,
            Batch batch,
            double warmUpSeconds,
            double seconds)
            throws IOException {
        try (Selector selector = Selector.open()) {
            LoadGenerator generator = new LoadGenerator(selector);
            try {
                generator.connect(broker.port(), inFlight, ProduceFrames.each(topic, partitions, batch));
                generator.keepBusy(warmUpSeconds);
                return generator.measured(broker, batch, seconds);
            } finally {
                for (Connection connection : generator.connections) {
                    connection.channel.close();
                }
            }
        }
    }

    private void connect(int port, int count, ByteBuffer[] frames) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.socket().setTcpNoDelay(true);
            channel.configureBlocking(false);
            ByteBuffer[] own = new ByteBuffer[frames.length];
            for (int frame = 0; frame < own.length; frame++) {
                own[frame] = frames[(frame + i) % frames.length].duplicate();
            }
            Connection connection = new Connection(channel, own);
            channel.register(selector, SelectionKey.OP_READ, connection);
            connections.add(connection);
        }
        for (Connection connection : connections) {
            connection.send();
        }
    }

    private Result measured(BrokerProcess broker, Batch batch, double seconds) throws IOException {
        latencies.reset();
        answered = 0;
        double cpu = broker.cpuSeconds();
        long disk = broker.writtenBytes();
        long start = System.nanoTime();
        keepBusy(seconds);
        double took = (System.nanoTime() - start) / 1e9;
        double used = broker.cpuSeconds() - cpu;
        return new Result(
                took,
                answered,
                answered * batch.records(),
                answered * batch.bytes(),
                used,
                broker.writtenBytes() - disk,
                latencies);
    }

    private void keepBusy(double seconds) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            selector.select(key -> ((Connection) key.attachment()).ready(key), 100);
        }
    }

    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer[] frames;
        private final ByteBuffer response = ByteBuffer.allocateDirect(RESPONSE_BYTES);
        private int next;
        private long sentNanos;

        Connection(SocketChannel channel, ByteBuffer[] frames) {
            this.channel = channel;
            this.frames = frames;
        }

        void send() throws IOException {
            next = (next + 1) % frames.length;
            frames[next].rewind();
            sentNanos = System.nanoTime();
            write();
        }

        private boolean write() throws IOException {
            ByteBuffer frame = frames[next];
            channel.write(frame);
            SelectionKey key = channel.keyFor(selector);
            key.interestOps(frame.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            return !frame.hasRemaining();
        }

        void ready(SelectionKey key) {
            try {
                if (key.isWritable()) {
                    write();
                }
                if (key.isReadable()) {
                    read();
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private void read() throws IOException {
            if (channel.read(response) < 0) {
                throw new IOException("The broker closed a connection");
            }
            if (response.position() < Integer.BYTES || response.position() < Integer.BYTES + response.getInt(0)) {
                return;
            }
            short error = ProduceFrames.errorIn(response);
            if (error != 0) {
                throw new IOException("The broker answered " + Errors.forCode(error));
            }
            response.clear();
            latencies.recordValue(System.nanoTime() - sentNanos);
            answered++;
            send();
        }
    }
}
