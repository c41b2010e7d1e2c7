package dev.ottla.log;

import dev.ottla.base.ByteRate;
import dev.ottla.base.Clock;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;

/**
 * How fast the cleaners of a broker may go. Together they read and write so many bytes a second at most; and each of them, whatever that bound,
 * leaves the machine to produce and fetch for as long as it worked, in slices so short that no request waits for a processor noticeably longer.
 */
final class CleanerPace {
    /** Work between two rests. */
    static final long SLICE_NANOS = 1_000_000;
    /** No rest is longer than this without a look at whether the cleaning must stop. */
    static final long MAX_REST_NANOS = 50_000_000;

    private final Clock clock;
    private final ByteRate rate;
    private final LongConsumer rest;

    /** @param rest waits about so many nanoseconds; it may return early */
    CleanerPace(Clock clock, DoubleSupplier bytesPerSecond, LongConsumer rest) {
        this.clock = clock;
        this.rate = new ByteRate(clock, bytesPerSecond);
        this.rest = rest;
    }

    /** One thread's way through one cleaning. */
    final class Runner {
        private final BooleanSupplier stopped;
        private long workingSinceNanos = clock.monotonicNanos();

        private Runner(BooleanSupplier stopped) {
            this.stopped = stopped;
        }

        /** Called often, with the bytes read or written since the last call: rests when it is time to. */
        void spent(int bytes) {
            requireGoing();
            long now = clock.monotonicNanos();
            long worked = now - workingSinceNanos;
            long untilNanos = now + Math.max(rate.spend(bytes), worked >= SLICE_NANOS ? worked : 0);
            if (untilNanos - now <= 0) {
                return;
            }
            for (long left = untilNanos - now; left > 0; left = untilNanos - clock.monotonicNanos()) {
                rest.accept(Math.min(left, MAX_REST_NANOS));
                requireGoing();
            }
            workingSinceNanos = clock.monotonicNanos();
        }

        private void requireGoing() {
            if (stopped.getAsBoolean()) {
                throw new CleaningStoppedException("The cleaning was told to stop");
            }
        }
    }

    Runner runner(BooleanSupplier stopped) {
        return new Runner(stopped);
    }
}
