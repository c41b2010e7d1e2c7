package dev.ottla.broker.api;

import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.ApiVersionRange;
import dev.ottla.broker.wire.MalformedFrameException;
import dev.ottla.broker.wire.RequestHeader;
import dev.ottla.network.Exchange;
import dev.ottla.network.RequestListener;

/** From a frame to its handler. A frame that is no request, or asks for what is not served, closes its connection: Kafka has no error for it. */
public final class RequestDispatcher implements RequestListener {
    private final ApiTable table;
    private final RequestServices services;

    public RequestDispatcher(ApiTable table, RequestServices services) {
        this.table = table;
        this.services = services;
    }

    @Override
    public void onRequest(Exchange exchange) {
        long receivedNanos = services.clock().monotonicNanos();
        RequestHeader header;
        try {
            header = RequestHeader.parse(exchange.frame());
        } catch (MalformedFrameException e) {
            exchange.close(String.valueOf(e.getMessage()));
            return;
        }
        ApiHandler handler = table.handler(header.key().id);
        if (handler == null) {
            exchange.close(header.key().name + " is not served");
            return;
        }
        if (!ApiVersionRange.supports(header.key(), header.version()) && header.key() != ApiKeys.API_VERSIONS) {
            exchange.close(header.key().name + " v" + header.version() + " is not supported");
            return;
        }
        RequestContext request = new RequestContext(services, exchange, header, receivedNanos);
        request.guarded(() -> handler.handle(request));
    }
}
