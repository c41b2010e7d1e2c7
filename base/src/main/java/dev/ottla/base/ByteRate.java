package dev.ottla.base;

import java.util.function.DoubleSupplier;

/** A bound on bytes a second that several threads share. What a tenth of a second lets pass may go at once. */
public final class ByteRate {
    private static final double BURST_SECONDS = 0.1;

    private final Clock clock;
    private final DoubleSupplier bytesPerSecond;
    private double allowanceBytes;
    private long refilledNanos;

    /** @param bytesPerSecond asked each time; it may change */
    public ByteRate(Clock clock, DoubleSupplier bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.refilledNanos = clock.monotonicNanos();
    }

    /** Takes so many bytes from the allowance, 0 to ask only; how many nanoseconds until it is no longer overdrawn. */
    public synchronized long spend(long bytes) {
        long nowNanos = clock.monotonicNanos();
        double rate = bytesPerSecond.getAsDouble();
        double burst = rate * BURST_SECONDS;
        allowanceBytes = Math.min(burst, allowanceBytes + (nowNanos - refilledNanos) / 1e9 * rate) - bytes;
        refilledNanos = nowNanos;
        return allowanceBytes >= 0 ? 0 : (long) (-allowanceBytes / rate * 1e9);
    }
}
