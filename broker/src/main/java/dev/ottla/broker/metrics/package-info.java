/** Counters of the hot path, their Prometheus text and the health endpoint. */
@NullMarked
package dev.ottla.broker.metrics;

import org.jspecify.annotations.NullMarked;
