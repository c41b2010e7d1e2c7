package dev.ottla.network;

/**
 * Where frames go: called on the connection's loop, must not block. An exception closes the connection, and no other.
 */
@FunctionalInterface
public interface RequestListener {
    /**
     * One request. Its frame stays the listener's until the exchange is ended or the frame released, also when the connection dies
     * meanwhile, so every exchange must be ended once.
     */
    void onRequest(Exchange exchange);

    /** A connection was accepted. */
    default void onOpened(Connection connection) {}

    /** A connection is gone, for whatever reason; exchanges that have not ended may still be around. */
    default void onClosed(Connection connection) {}
}
