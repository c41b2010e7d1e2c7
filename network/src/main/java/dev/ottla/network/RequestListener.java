package dev.ottla.network;

/** Where frames go: called on the connection's loop, must not block. An exception closes the connection. */
@FunctionalInterface
public interface RequestListener {
    void onRequest(Exchange exchange);
}
