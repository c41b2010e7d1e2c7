package dev.ottla.broker.group;

import dev.ottla.broker.api.RequestContext;
import dev.ottla.coordinator.group.Client;
import java.net.InetSocketAddress;

/** Who asks, as groups show it. */
final class Clients {
    private Clients() {}

    static Client of(RequestContext request) {
        String id = request.clientId();
        InetSocketAddress address = request.exchange().connection().remoteAddress();
        String host = address.getAddress() == null
                ? "/" + address.getHostString()
                : "/" + address.getAddress().getHostAddress();
        return new Client(id == null ? "" : id, host, request.version());
    }
}
