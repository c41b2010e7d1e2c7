package dev.ottla.network;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who may take buffer memory, over all loops. Large frames stop growing at the limit; an eighth above it nothing is read any more, so that
 * small requests (heartbeats, a follower's fetches) still pass while large ones queue. One connection at a time, the passer, is let through
 * whatever the figures say: its frame finishes, is worked on and given back, then the next one's turn comes. So there is no deadlock, and
 * the most that is ever held is the limit, the reserve and one largest frame.
 */
final class MemoryBudget {
    private static final long NOBODY = 0;

    private final long limitBytes;
    private final long reserveBytes;
    private final AtomicLong inUseBytes = new AtomicLong();
    private final AtomicInteger waiters = new AtomicInteger();
    /** The id of the connection that passes; {@link #NOBODY} when none does. */
    private final AtomicLong passer = new AtomicLong(NOBODY);

    /** What the passer's large frame takes, which does not count against the reserve. */
    private volatile long passBytes;

    MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
        this.reserveBytes = Math.max(1, limitBytes / 8);
    }

    long inUseBytes() {
        return inUseBytes.get();
    }

    int waiters() {
        return waiters.get();
    }

    void take(long bytes) {
        inUseBytes.addAndGet(bytes);
    }

    /** True when waiting connections should try again. */
    boolean giveBack(long bytes) {
        long after = inUseBytes.addAndGet(-bytes);
        return waiters.get() > 0
                && (crosses(after, bytes, limitBytes + reserveBytes) || crosses(after, bytes, easyBytes()));
    }

    /** Whether the connection may read its socket now; {@code orPass}: if need be by becoming the passer. */
    boolean mayRead(long connection, boolean orPass) {
        return inUseBytes.get() - passBytes < limitBytes + reserveBytes || (orPass && pass(connection));
    }

    /** Whether the connection's large frame may take so much (and give back what it has). */
    boolean mayGrow(long connection, long bytes, boolean orPass) {
        if (inUseBytes.get() + bytes <= limitBytes) {
            return true;
        }
        if (!orPass || !pass(connection)) {
            return false;
        }
        passBytes = bytes;
        return true;
    }

    boolean isPasser(long connection) {
        return passer.get() == connection;
    }

    /** Ends the connection's pass; true when it had it and others wait for it. */
    boolean endPass(long connection) {
        if (passer.get() != connection) {
            return false;
        }
        passBytes = 0;
        passer.set(NOBODY);
        return waiters.get() > 0;
    }

    void startWaiting() {
        waiters.incrementAndGet();
    }

    void stopWaiting() {
        waiters.decrementAndGet();
    }

    private boolean pass(long connection) {
        return passer.get() == connection || passer.compareAndSet(NOBODY, connection);
    }

    /** A little below the limit, so that waiters are not woken for every small buffer. */
    private long easyBytes() {
        return limitBytes - limitBytes / 8;
    }

    private static boolean crosses(long after, long bytes, long threshold) {
        return after < threshold && after + bytes >= threshold;
    }
}
