package dev.ottla.network;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a request costs here: a main for a person at a desk, not a test. Client and server share the process and the machine, so the
 * server's CPU time and bytes allocated a request (of its loops' threads) say more than the throughput.
 *
 * <p>Arguments: frame bytes, connections, requests in flight on each, loops, seconds.
 */
final class EchoBenchmark {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final byte[] request;
    private final int connections;
    private final int inFlight;
    private final int seconds;
    private final long[] latencies = new long[1 << 20];
    private int latencyCount;

    private EchoBenchmark(int frameBytes, int connections, int inFlight, int seconds) {
        this.request = RawClient.framed(new byte[frameBytes]);
        this.connections = connections;
        this.inFlight = inFlight;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws IOException {
        int[] values = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        NetworkLimits limits =
                NetworkLimits.defaults().toBuilder().loops(values[3]).build();
        ByteBuffer answer = ByteBuffer.allocate(16);
        try (NetworkServer server = NetworkServer.builder((first, second) -> 100 << 20, exchange -> {
                    // A produce's shape: the frame is large, the answer small.
                    ByteBuffer reply = exchange.replyBuffer(answer.capacity());
                    exchange.reply(Reply.of(reply));
                })
                .listener("TEST", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(limits)
                .start()) {
            EchoBenchmark benchmark = new EchoBenchmark(values[0], values[1], values[2], values[4]);
            InetSocketAddress address = server.boundAddresses().get("TEST");
            for (int round = 0; round < 4; round++) {
                benchmark.run(address, round > 0);
            }
        }
    }

    private void run(InetSocketAddress address, boolean print) throws IOException {
        List<Long> loops = loopThreads();
        long cpu = loops.stream().mapToLong(THREADS::getThreadCpuTime).sum();
        long allocated =
                loops.stream().mapToLong(THREADS::getThreadAllocatedBytes).sum();
        long began = System.nanoTime();
        long requests = load(address, began + seconds * 1_000_000_000L);
        double took = (System.nanoTime() - began) / 1e9;
        double cpuUs = (loops.stream().mapToLong(THREADS::getThreadCpuTime).sum() - cpu) / 1e3;
        long bytes = loops.stream().mapToLong(THREADS::getThreadAllocatedBytes).sum() - allocated;
        if (print) {
            Arrays.sort(latencies, 0, latencyCount);
            System.out.printf(
                    "%d B x %d x %d: %.0f requests/s, server CPU %.2f us and %.0f B a request, p50 %.0f us, p99 %.0f us%n",
                    request.length - 4,
                    connections,
                    inFlight,
                    requests / took,
                    cpuUs / requests,
                    (double) bytes / requests,
                    latencies[latencyCount / 2] / 1e3,
                    latencies[(int) (latencyCount * 0.99)] / 1e3);
        }
    }

    private static List<Long> loopThreads() {
        List<Long> ids = new ArrayList<>();
        for (long id : THREADS.getAllThreadIds()) {
            if (THREADS.getThreadInfo(id).getThreadName().startsWith("network-")) {
                ids.add(id);
            }
        }
        return ids;
    }

    private long load(InetSocketAddress address, long until) throws IOException {
        latencyCount = 0;
        long answered = 0;
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(address);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new Flow(channel, request, inFlight));
            }
            for (SelectionKey key : selector.keys()) {
                ((Flow) key.attachment()).send();
            }
            while (System.nanoTime() < until) {
                selector.select(1);
                for (SelectionKey key : selector.selectedKeys()) {
                    Flow flow = (Flow) key.attachment();
                    answered += flow.receive(this);
                    flow.send();
                    key.interestOps(
                            flow.isFull() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                }
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
        return answered;
    }

    private void note(long nanos) {
        if (latencyCount < latencies.length) {
            latencies[latencyCount++] = nanos;
        }
    }

    /** One connection with a fixed number of requests in flight. */
    private static final class Flow {
        private static final int REPLY_BYTES = 20;
        private final SocketChannel channel;
        private final ByteBuffer out;
        private final ByteBuffer in = ByteBuffer.allocateDirect(4096);
        private final long[] sentAt;
        private int toSend;
        private long sent;
        private long received;

        Flow(SocketChannel channel, byte[] request, int inFlight) {
            this.channel = channel;
            this.out = ByteBuffer.allocateDirect(request.length).put(request).flip();
            this.out.position(out.limit());
            this.toSend = inFlight;
            this.sentAt = new long[inFlight];
        }

        boolean isFull() {
            return out.hasRemaining();
        }

        void send() throws IOException {
            while (true) {
                if (!out.hasRemaining()) {
                    if (toSend == 0) {
                        return;
                    }
                    toSend--;
                    sentAt[(int) (sent++ % sentAt.length)] = System.nanoTime();
                    out.rewind();
                }
                channel.write(out);
                if (out.hasRemaining()) {
                    return;
                }
            }
        }

        int receive(EchoBenchmark benchmark) throws IOException {
            channel.read(in);
            int count = in.position() / REPLY_BYTES;
            in.flip().position(count * REPLY_BYTES);
            in.compact();
            long now = System.nanoTime();
            for (int i = 0; i < count; i++) {
                benchmark.note(now - sentAt[(int) (received++ % sentAt.length)]);
            }
            toSend += count;
            return count;
        }
    }
}
