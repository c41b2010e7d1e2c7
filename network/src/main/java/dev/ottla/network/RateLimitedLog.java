package dev.ottla.network;

import org.slf4j.Logger;

/** At most one line a period, with the number of those left out. On one thread. */
final class RateLimitedLog {
    private static final long PERIOD_NANOS = 1_000_000_000L;

    private final Logger log;
    private boolean spoken;
    private long spokenNanos;
    private long leftOut;

    RateLimitedLog(Logger log) {
        this.log = log;
    }

    void warn(long nowNanos, String message, Object about) {
        if (spoken && nowNanos - spokenNanos < PERIOD_NANOS) {
            leftOut++;
            return;
        }
        log.warn("{}: {} ({} more since the last such line)", message, about, leftOut);
        spoken = true;
        spokenNanos = nowNanos;
        leftOut = 0;
    }
}
