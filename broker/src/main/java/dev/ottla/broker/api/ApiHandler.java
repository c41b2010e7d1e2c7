package dev.ottla.broker.api;

import dev.ottla.broker.wire.ApiKeys;

/** Serves one API. Being in the {@link ApiTable} is what advertises it. */
public interface ApiHandler {
    ApiKeys key();

    /**
     * Takes a request; called on the connection's loop, must not block. Ends the request once, here or later and from any thread, by
     * {@link RequestContext#reply}, {@link RequestContext#noReply}, {@link RequestContext#fail} or {@link RequestContext#close}. An exception
     * thrown from here fails the request: an {@link dev.ottla.base.OttlaException} with its own code.
     */
    void handle(RequestContext request);
}
