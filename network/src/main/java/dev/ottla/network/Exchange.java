package dev.ottla.network;

import java.nio.ByteBuffer;

/**
 * One request and its reply. {@link RequestListener#onRequest} gets it on the connection's event loop; every method but
 * {@link #frame} may be called from any thread.
 *
 * <p>Order: requests of a connection are handed out one after another; the next one comes only after {@link #effectsDone}
 * (or a reply, which implies it), so that effects happen in request order. Replies may be completed in any order and leave in
 * request order.
 */
public interface Exchange {
    /**
     * The frame without its size prefix: a direct, big-endian buffer, position 0, limit at its end. Valid, and the handler's to read and
     * change, until {@link #releaseFrame}, or until the exchange is ended by a reply, {@link #noReply} or {@link #close}.
     */
    ByteBuffer frame();

    /** Gives the frame's memory back before the reply, for a request that waits long. Idempotent. */
    void releaseFrame();

    /** Lets the connection's next request be handed out: this one's effects can no longer be overtaken. Idempotent. */
    void effectsDone();

    /**
     * A direct buffer of the connection's pool for (a part of) the reply, position 0, limit {@code sizeBytes}. Hand it over as a part of
     * the {@link Reply}, flipped; it goes back to the pool once written. Only on the connection's loop.
     */
    ByteBuffer replyBuffer(int sizeBytes);

    /** Ends the exchange with a reply, sent when those before it have been. Implies {@link #effectsDone}. Exactly one end counts. */
    void reply(Reply reply);

    /** Ends the exchange with nothing to send (acks=0). Implies {@link #effectsDone}. */
    void noReply();

    /** Ends the exchange by closing its connection; logged once with the reason. */
    void close(String reason);

    /** True once the connection is gone: waiting work can be dropped. */
    boolean isClosed();

    Connection connection();

    EventLoop loop();
}
