package dev.ottla.log.journal;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How the writer's thread sleeps: it is unparked only when it is parked, and only by an entry that it waits for. */
final class Wakeup {
    private static final long NOT_PARKED = Long.MAX_VALUE;

    private final Staging staging;
    private volatile @Nullable Thread sleeper;
    private volatile long wakeLsn = NOT_PARKED;
    private volatile boolean signalled;

    Wakeup(Staging staging) {
        this.staging = staging;
    }

    void serves(Thread thread) {
        sleeper = thread;
    }

    /** An entry is staged: its LSN was visible before this reads whether anyone sleeps. */
    void staged(long lsn) {
        if (lsn >= wakeLsn) {
            wakeLsn = NOT_PARKED;
            LockSupport.unpark(sleeper);
        }
    }

    /** Something else is to be looked at. */
    void signal() {
        signalled = true;
        LockSupport.unpark(sleeper);
    }

    /** Whether there was a signal since the last call. */
    boolean takeSignal() {
        if (!signalled) {
            return false;
        }
        signalled = false;
        return true;
    }

    boolean isSignalled() {
        return signalled;
    }

    /** Parks once, unless the LSN is staged or there is a signal; may return early. */
    void park(long untilLsn, long nanos) {
        wakeLsn = untilLsn;
        if (staging.lastLsn() < untilLsn && !signalled) {
            LockSupport.parkNanos(this, nanos);
        }
        wakeLsn = NOT_PARKED;
    }
}
