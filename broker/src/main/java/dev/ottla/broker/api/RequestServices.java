package dev.ottla.broker.api;

import dev.ottla.base.Clock;
import dev.ottla.broker.metrics.RequestMetrics;

/** What every request needs of the broker around it. */
public record RequestServices(Clock clock, RequestMetrics metrics, BlockingWork blockingWork) {}
