package dev.ottla.base;

/** The port to time. Cores take the time as an argument; the shell reads it here. */
public interface Clock {
    /** Milliseconds since the epoch: what records, configs and clients speak of. May jump. */
    long wallMs();

    /** Nanoseconds from an arbitrary origin, never going back: for deadlines and durations. */
    long monotonicNanos();

    /** The machine's own clock. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
