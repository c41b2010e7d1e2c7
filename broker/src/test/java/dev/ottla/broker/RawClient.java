package dev.ottla.broker;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;

/** A socket that speaks frames: what a client sends and gets, byte by byte. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private int correlationId;

    public RawClient(InetSocketAddress address) throws IOException {
        this(address, null);
    }

    /** @param from the client's own address; null for whichever the system takes */
    public RawClient(InetSocketAddress address, @Nullable InetAddress from) throws IOException {
        socket = new Socket(address.getAddress(), address.getPort(), from, 0);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Sends a request and reads its response. */
    public <R extends ApiMessage> R call(ApiMessage request, int version, Class<R> responseType) throws IOException {
        RequestHeader header = send(request, version);
        return responseType.cast(
                AbstractResponse.parseResponse(readFrame(), header).data());
    }

    /** Sends a request; the header that its response answers. */
    public RequestHeader send(ApiMessage request, int version) throws IOException {
        var key = org.apache.kafka.common.protocol.ApiKeys.forId(request.apiKey());
        RequestHeader header = new RequestHeader(key, (short) version, "raw", ++correlationId);
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion())
                .buffer();
        ByteBuffer body =
                MessageUtil.toByteBufferAccessor(request, (short) version).buffer();
        sendFrame(ByteBuffer.allocate(head.remaining() + body.remaining())
                .put(head)
                .put(body)
                .flip());
        return header;
    }

    /** Sends bytes behind their size. */
    public void sendFrame(ByteBuffer frame) throws IOException {
        ByteBuffer sized = ByteBuffer.allocate(4 + frame.remaining())
                .putInt(frame.remaining())
                .put(frame);
        socket.getOutputStream().write(sized.array());
    }

    /** The next frame, without its size. */
    public ByteBuffer readFrame() throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** True when the other side closes without a word. */
    public boolean isClosedByPeer() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
