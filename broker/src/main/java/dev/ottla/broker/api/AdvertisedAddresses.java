package dev.ottla.broker.api;

import dev.ottla.network.Connection;

/** How this broker names itself to a client: as advertised, or, where nothing is, by the local address of the connection that asks. */
@FunctionalInterface
public interface AdvertisedAddresses {
    /** Where the client behind the connection reaches this broker. */
    Address of(Connection connection);

    /** A host, by name or number, and a port. */
    record Address(String host, int port) {}
}
