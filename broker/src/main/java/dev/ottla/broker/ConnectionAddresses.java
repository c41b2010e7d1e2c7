package dev.ottla.broker;

import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.config.Endpoint;
import dev.ottla.network.Connection;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is advertised for the connection's listener; else the address that the client used to come here, which worked for it. */
final class ConnectionAddresses implements AdvertisedAddresses {
    private final Map<String, Address> byListener = new HashMap<>();

    ConnectionAddresses(List<Endpoint> advertised) {
        for (Endpoint endpoint : advertised) {
            byListener.put(endpoint.listenerName(), new Address(endpoint.host(), endpoint.port()));
        }
    }

    @Override
    public Address of(Connection connection) {
        Address advertised = byListener.get(connection.listenerName());
        if (advertised != null) {
            return advertised;
        }
        InetSocketAddress local = connection.localAddress();
        String host = local.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        return new Address(zone < 0 ? host : host.substring(0, zone), local.getPort());
    }
}
