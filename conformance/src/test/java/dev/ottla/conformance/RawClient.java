package dev.ottla.conformance;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * One connection that sends frames exactly as told, whole requests or any bytes, and decodes what comes back. Connects on first use, and
 * again after the broker closed the connection.
 */
final class RawClient implements AutoCloseable {
    static final String CLIENT_ID = "conformance";
    private static final int TIMEOUT_MS = 40_000;
    private static final int MAX_REPLY_BYTES = 64 << 20;

    private final String host;
    private final int port;
    private Socket socket;
    private int nextCorrelationId = 1;

    RawClient(Target target) {
        this.host = target.host();
        this.port = target.port();
    }

    /** Sends a request and reads its reply; empty when the broker closed the connection instead. */
    Optional<ApiMessage> ask(ApiMessage request, int version) {
        ApiKeys key = ApiKeys.forId(request.apiKey());
        int correlationId = nextCorrelationId++;
        RequestHeader header = header(key, version, correlationId);
        return exchange(frame(header, request)).map(reply -> decode(reply, header));
    }

    /** Sends a frame (without its size prefix) and reads the reply's frame. */
    Optional<ByteBuffer> exchange(ByteBuffer frame) {
        try {
            send(frame);
            return Optional.of(receive());
        } catch (EOFException | SocketException closed) {
            close();
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a frame (without its size prefix) and does not wait. */
    void send(ByteBuffer frame) throws IOException {
        byte[] bytes = new byte[4 + frame.remaining()];
        ByteBuffer.wrap(bytes).putInt(frame.remaining()).put(frame.duplicate());
        sendBytes(bytes);
    }

    /** Sends bytes as they are: the size prefix is the caller's. */
    void sendBytes(byte[] bytes) throws IOException {
        Socket s = connected();
        s.getOutputStream().write(bytes);
        s.getOutputStream().flush();
    }

    /** Sends a request and does not wait; the correlation id it has. */
    int sendOnly(ApiMessage request, int version) {
        int correlationId = nextCorrelationId++;
        try {
            send(frame(header(ApiKeys.forId(request.apiKey()), version, correlationId), request));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return correlationId;
    }

    /** The next reply's frame, without its size prefix. */
    ByteBuffer receive() throws IOException {
        DataInputStream in = new DataInputStream(connected().getInputStream());
        int sizeBytes = in.readInt();
        if (sizeBytes < 0 || sizeBytes > MAX_REPLY_BYTES) {
            throw new IOException("a reply of " + sizeBytes + " bytes");
        }
        byte[] bytes = new byte[sizeBytes];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** True when the broker closes the connection without a byte. */
    boolean isClosedByBroker() {
        try {
            return connected().getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RequestHeader header(ApiKeys key, int version, int correlationId) {
        return new RequestHeader(
                new RequestHeaderData()
                        .setRequestApiKey(key.id)
                        .setRequestApiVersion((short) version)
                        .setClientId(CLIENT_ID)
                        .setCorrelationId(correlationId),
                key.requestHeaderVersion((short) version));
    }

    /** Header and body, without the size prefix. */
    static ByteBuffer frame(RequestHeader header, ApiMessage request) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int headerBytes = header.data().size(cache, header.headerVersion());
        int bodyBytes = request.size(cache, header.apiVersion());
        ByteBufferAccessor out = new ByteBufferAccessor(ByteBuffer.allocate(headerBytes + bodyBytes));
        header.data().write(out, cache, header.headerVersion());
        request.write(out, cache, header.apiVersion());
        out.flip();
        return out.buffer();
    }

    /** The body of a reply; fails when bytes are left over or the correlation id is another's. */
    static ApiMessage decode(ByteBuffer reply, RequestHeader header) {
        ApiMessage message = AbstractResponse.parseResponse(reply, header).data();
        if (reply.hasRemaining()) {
            throw new IllegalStateException(reply.remaining() + " bytes after the end of a reply to " + header.apiKey()
                    + " v" + header.apiVersion());
        }
        return message;
    }

    private Socket connected() throws IOException {
        if (socket == null) {
            Socket s = new Socket();
            s.setTcpNoDelay(true);
            s.setSoTimeout(TIMEOUT_MS);
            s.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
            socket = s;
        }
        return socket;
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        socket = null;
    }
}
