package dev.ottla.broker.api;

import dev.ottla.broker.wire.RequestHeader;
import dev.ottla.network.Connection;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the broker remembers of a connection between its requests. Only on the connection's loop, but for {@link #clientHost}. */
public final class ConnectionState {
    private @Nullable String clientId;
    private byte[] clientIdBytes = new byte[0];
    private @Nullable String softwareName;
    private @Nullable String softwareVersion;
    /** Any thread may find it missing and make it: it is always the same. */
    private @Nullable String clientHost;

    private ConnectionState() {}

    /** The connection's state, made at its first request. */
    public static ConnectionState of(Connection connection) {
        if (connection.attachment() instanceof ConnectionState state) {
            return state;
        }
        ConnectionState state = new ConnectionState();
        connection.attach(state);
        return state;
    }

    /** What the client says it is (KIP-511); null until it has said so. */
    public @Nullable String softwareName() {
        return softwareName;
    }

    /** See {@link #softwareName}. */
    public @Nullable String softwareVersion() {
        return softwareVersion;
    }

    /** Remembers what the client says it is. */
    public void software(String name, String version) {
        softwareName = name;
        softwareVersion = version;
    }

    /** The client's address as Kafka shows it, such as {@code /127.0.0.1}. */
    String clientHost(Connection connection) {
        String known = clientHost;
        if (known == null) {
            InetSocketAddress address = connection.remoteAddress();
            known = "/"
                    + (address.getAddress() == null
                            ? address.getHostString()
                            : address.getAddress().getHostAddress());
            clientHost = known;
        }
        return known;
    }

    /** The header's client id; a client sends the same one in every request, so it becomes a string once. */
    @Nullable
    String clientId(RequestHeader header, ByteBuffer frame) {
        int size = header.clientIdBytes();
        if (size < 0) {
            return null;
        }
        if (clientId != null && size == clientIdBytes.length && sameBytes(frame, header.clientIdPosition())) {
            return clientId;
        }
        clientIdBytes = new byte[size];
        frame.get(header.clientIdPosition(), clientIdBytes);
        clientId = header.clientId(frame);
        return clientId;
    }

    private boolean sameBytes(ByteBuffer frame, int position) {
        for (int i = 0; i < clientIdBytes.length; i++) {
            if (frame.get(position + i) != clientIdBytes[i]) {
                return false;
            }
        }
        return true;
    }
}
