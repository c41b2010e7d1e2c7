package dev.ottla.broker.api;

import dev.ottla.base.Clock;
import dev.ottla.broker.metrics.RequestMetrics;
import dev.ottla.broker.wire.ErrorResponses;

/** What every request needs of the broker around it. */
public record RequestServices(
        Clock clock, RequestMetrics metrics, BlockingWork blockingWork, ErrorResponses errorResponses) {
    public RequestServices(Clock clock, RequestMetrics metrics, BlockingWork blockingWork) {
        this(clock, metrics, blockingWork, new ErrorResponses());
    }
}
