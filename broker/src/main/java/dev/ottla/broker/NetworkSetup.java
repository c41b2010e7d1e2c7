package dev.ottla.broker;

import dev.ottla.broker.config.BrokerSettings;
import dev.ottla.broker.config.Endpoint;
import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.network.NetworkLimits;
import java.net.InetSocketAddress;

/** Kafka's network settings as the network room takes them. Where Kafka's default is "no limit" and nothing is set, a limit stays. */
final class NetworkSetup {
    private NetworkSetup() {}

    static NetworkLimits limits(BrokerSettings settings) {
        ConfigValues values = settings.values();
        NetworkLimits.Builder limits = NetworkLimits.defaults().toBuilder()
                .maxIdleMs(values.longOf("connections.max.idle.ms"))
                .maxConnectionsPerIp(values.intOf("max.connections.per.ip"))
                .backlog(values.intOf("socket.listen.backlog.size"));
        if (isSet(settings, "num.network.threads")) {
            limits.loops(values.intOf("num.network.threads"));
        }
        if (isSet(settings, "max.connections")) {
            limits.maxConnections(values.intOf("max.connections"));
        }
        if (isSet(settings, "socket.send.buffer.bytes")) {
            limits.sendBufferBytes(values.intOf("socket.send.buffer.bytes"));
        }
        if (isSet(settings, "socket.receive.buffer.bytes")) {
            limits.receiveBufferBytes(values.intOf("socket.receive.buffer.bytes"));
        }
        return limits.build();
    }

    /** Where a listener binds; no host means every address of the machine, as in Kafka. */
    static InetSocketAddress bindAddress(Endpoint listener) {
        return listener.host().isEmpty()
                ? new InetSocketAddress(listener.port())
                : new InetSocketAddress(listener.host(), listener.port());
    }

    private static boolean isSet(BrokerSettings settings, String name) {
        return settings.staticConfigs().containsKey(name);
    }
}
