package dev.ottla.network;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A blocking socket that speaks frames, or whatever bytes a test wants to send. */
final class RawClient implements AutoCloseable {
    static final int PREFIX = 4;
    private static final int PATIENCE_MS = 20_000;

    /** Another address than the server's: what comes from there is taken to come from another machine. */
    private static final String FAR_ADDRESS = "127.0.0.2";

    /** Which machine the server takes the client to be on. */
    enum Side {
        NEAR,
        FAR
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    RawClient(InetSocketAddress address) {
        this(address, 0);
    }

    /** @param receiveBufferBytes SO_RCVBUF, for a client that takes little at a time; 0 for the system's */
    RawClient(InetSocketAddress address, int receiveBufferBytes) {
        this(address, receiveBufferBytes, Side.NEAR);
    }

    RawClient(InetSocketAddress address, int receiveBufferBytes, Side side) {
        try {
            socket = new Socket();
            if (side == Side.FAR) {
                socket.bind(new InetSocketAddress(FAR_ADDRESS, 0));
            }
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setSoTimeout(PATIENCE_MS);
            socket.setTcpNoDelay(true);
            socket.connect(address, PATIENCE_MS);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Socket socket() {
        return socket;
    }

    /** A frame as it goes over the wire. */
    static byte[] framed(byte[] payload) {
        return ByteBuffer.allocate(PREFIX + payload.length)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    static byte[] framed(String payload) {
        return framed(payload.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Sends as much as the server lets it. */
    void sendQuietly(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException closed) {
            // Some tests' servers close on purpose, and the reader sees it.
            return;
        }
    }

    void sendFrame(String payload) {
        send(framed(payload));
    }

    byte[] receive() {
        try {
            byte[] payload = new byte[in.readInt()];
            in.readFully(payload);
            return payload;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String receiveText() {
        return new String(receive(), StandardCharsets.UTF_8);
    }

    /** A reply's size prefix alone. */
    int readSize() {
        try {
            return in.readInt();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** How many bytes come before the end or a reset. */
    long readUntilClosed() {
        long count = 0;
        try {
            for (int read = in.read(); read >= 0; read = in.read()) {
                count++;
            }
        } catch (IOException reset) {
            return count;
        }
        return count;
    }

    /** True when the server has closed: an end or a reset, with nothing before it. */
    boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    void shutdownOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Goes away with a reset instead of an end. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
