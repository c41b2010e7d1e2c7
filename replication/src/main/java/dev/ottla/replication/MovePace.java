package dev.ottla.replication;

import dev.ottla.base.ByteRate;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * How fast replicas are copied to other data folders, all of them together (replica.alter.log.dirs.io.max.bytes.per.second, KIP-113).
 *
 * @param rest waits about so many nanoseconds; it may return early
 */
public record MovePace(ByteRate rate, LongConsumer rest) {
    /** No rest is longer than this without a look at the bound, which may have changed, and at whether to stop. */
    private static final long MAX_REST_NANOS = 50_000_000;

    /** Waits until more may be copied; false when told to stop. */
    boolean await(BooleanSupplier stopped) {
        while (!stopped.getAsBoolean()) {
            long owedNanos = rate.spend(0);
            if (owedNanos <= 0) {
                return true;
            }
            rest.accept(Math.min(owedNanos, MAX_REST_NANOS));
        }
        return false;
    }

    void copied(long bytes) {
        rate.spend(bytes);
    }
}
