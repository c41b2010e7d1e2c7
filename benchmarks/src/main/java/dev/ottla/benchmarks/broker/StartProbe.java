package dev.ottla.benchmarks.broker;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.RequestHeader;

/** Bare sockets that ask one thing. */
public final class StartProbe {
    private static final long RETRY_NANOS = 5_000_000;
    private static final long PATIENCE_NANOS = 300_000_000_000L;
    private static final short METADATA_VERSION = 9;

    private StartProbe() {}

    /** Milliseconds from the start of the launcher's process until a request for metadata was answered. */
    public static double answeredMs(BrokerProcess broker) throws IOException {
        MetadataRequest request = new MetadataRequest(new MetadataRequestData().setTopics(List.of()), METADATA_VERSION);
        ByteBuffer frame = frame(request, ApiKeys.METADATA, METADATA_VERSION);
        long end = broker.startedNanos() + PATIENCE_NANOS;
        while (true) {
            try (SocketChannel channel = connect(broker.port())) {
                ask(channel, frame);
                return (System.nanoTime() - broker.startedNanos()) / 1e6;
            } catch (IOException e) {
                if (System.nanoTime() > end || !broker.isAlive()) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /** A connection on which the broker has answered which versions it knows. */
    public static SocketChannel greeted(int port) throws IOException {
        SocketChannel channel = connect(port);
        ask(channel, frame(new ApiVersionsRequest(new ApiVersionsRequestData(), (short) 0), ApiKeys.API_VERSIONS, 0));
        return channel;
    }

    private static SocketChannel connect(int port) throws IOException {
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static ByteBuffer frame(AbstractRequest request, ApiKeys key, int version) {
        ByteBuffer body = request.serializeWithHeader(new RequestHeader(key, (short) version, "probe", 1));
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + body.remaining());
        return frame.putInt(body.remaining()).put(body).flip();
    }

    private static void ask(SocketChannel channel, ByteBuffer frame) throws IOException {
        ByteBuffer request = frame.duplicate();
        while (request.hasRemaining()) {
            channel.write(request);
        }
        ByteBuffer size = ByteBuffer.allocate(Integer.BYTES);
        fill(channel, size);
        fill(channel, ByteBuffer.allocate(size.getInt(0)));
    }

    private static void fill(SocketChannel channel, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("Closed instead of an answer");
            }
        }
    }
}
