package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A server on a port of its own, with buffers that are poisoned and counted. */
final class TestServer implements AutoCloseable {
    static final int LARGEST_FRAME_BYTES = 100 << 20;

    final NetworkServer server;

    private TestServer(NetworkServer server) {
        this.server = server;
    }

    static TestServer start(RequestListener listener) {
        return start(limits -> limits, listener);
    }

    static TestServer start(UnaryOperator<NetworkLimits.Builder> change, RequestListener listener) {
        NetworkLimits limits = change.apply(
                        NetworkLimits.defaults().toBuilder().loops(2).backlog(1024))
                .build();
        return new TestServer(NetworkServer.builder((first, second) -> LARGEST_FRAME_BYTES, listener)
                .listener("TEST", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(limits)
                .checkBuffers()
                .start());
    }

    InetSocketAddress address() {
        return server.boundAddresses().get("TEST");
    }

    NetworkMetrics metrics() {
        return server.metrics();
    }

    RawClient connect() {
        return new RawClient(address());
    }

    /** Answers with the frame's own bytes, by way of a reply buffer. */
    static void echo(Exchange exchange) {
        ByteBuffer frame = exchange.frame();
        ByteBuffer reply = exchange.replyBuffer(frame.remaining());
        reply.put(frame).flip();
        exchange.reply(Reply.of(reply));
    }

    static String text(Exchange exchange) {
        ByteBuffer frame = exchange.frame();
        return StandardCharsets.UTF_8.decode(frame.duplicate()).toString();
    }

    static Reply replyOf(String text) {
        return Reply.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns once every loop has gone round a few times: what could be done with the bytes at hand has been. */
    void settle() {
        for (int round = 0; round < 4; round++) {
            CountDownLatch turned = new CountDownLatch(server.loops().size());
            server.loops().forEach(loop -> loop.execute(turned::countDown));
            try {
                assertThat(turned.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
