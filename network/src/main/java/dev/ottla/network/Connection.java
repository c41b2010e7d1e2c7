package dev.ottla.network;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a handler may know of the connection a request came on. */
public interface Connection {
    /** Unique in this process. */
    long id();

    InetSocketAddress localAddress();

    InetSocketAddress remoteAddress();

    /** The name of the listener that accepted it, such as {@code PLAINTEXT}. */
    String listenerName();

    /** What the broker keeps with the connection (client software, principal). Only on the connection's loop. */
    @Nullable
    Object attachment();

    /** See {@link #attachment}. */
    void attach(@Nullable Object attachment);
}
