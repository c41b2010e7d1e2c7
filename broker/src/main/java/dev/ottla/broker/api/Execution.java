package dev.ottla.broker.api;

/** Where a handler's straight-line code runs. */
public enum Execution {
    /** On the connection's event loop: it must not block, and takes microseconds. */
    LOOP,
    /** On a virtual thread of its own: it may block. The requests behind it on the connection wait until it is done. */
    VIRTUAL_THREAD
}
