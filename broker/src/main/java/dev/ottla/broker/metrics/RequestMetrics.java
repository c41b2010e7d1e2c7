package dev.ottla.broker.metrics;

import dev.ottla.base.Clock;
import dev.ottla.broker.wire.ApiKeys;

/** Requests, errors, bytes and latencies of every API. Recording allocates nothing and takes no lock. */
public final class RequestMetrics {
    private final Clock clock;
    private final ApiCounters[] byKey;

    public RequestMetrics(Clock clock) {
        this.clock = clock;
        int size = 0;
        for (ApiKeys key : ApiKeys.values()) {
            size = Math.max(size, key.id + 1);
        }
        byKey = new ApiCounters[size];
        for (int i = 0; i < size; i++) {
            byKey[i] = new ApiCounters();
        }
    }

    /** A request was answered (0 bytes: with nothing, as asked). */
    public void onReply(short apiKey, int requestBytes, long responseBytes, long receivedNanos) {
        byKey[apiKey].onReply(requestBytes, responseBytes, clock.monotonicNanos() - receivedNanos);
    }

    /** A request failed as a whole; counted beside its reply. */
    public void onError(short apiKey) {
        byKey[apiKey].onError();
    }

    /** A request ended with its connection. */
    public void onClose(short apiKey, int requestBytes, long receivedNanos) {
        byKey[apiKey].onError();
        byKey[apiKey].onReply(requestBytes, 0, clock.monotonicNanos() - receivedNanos);
    }

    /** The counters of an API. */
    public ApiCounters of(short apiKey) {
        return byKey[apiKey];
    }
}
