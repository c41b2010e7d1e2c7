package dev.ottla.log.journal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** For a few field updates: spins, and gives way only when the holder seems to have lost its processor. */
final class SpinLock {
    private static final int SPINS_BEFORE_PARKING = 2000;
    private static final long PARK_NANOS = 1000;

    private final AtomicBoolean held = new AtomicBoolean();

    void lock() {
        int spins = 0;
        while (held.getOpaque() || !held.compareAndSet(false, true)) {
            if (++spins < SPINS_BEFORE_PARKING) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, PARK_NANOS);
            }
        }
    }

    void unlock() {
        held.set(false);
    }
}
