package dev.ottla.network;

/** One connection's dealings with the {@link MemoryBudget}: whether it waits, and whether it has the pass, since when and for which frames. */
final class MemoryTurn {
    /** How many times the stall limit a pass may last: the one that passes must get through, not merely move. */
    private static final int PASS_STALLS = 3;

    private final NioLoop loop;
    private final MemoryBudget memory;
    private final long connectionId;
    private boolean waiting;
    private boolean passing;
    private long passedSinceNanos;
    private int framesUnderPass;

    MemoryTurn(NioLoop loop, long connectionId) {
        this.loop = loop;
        this.memory = loop.server.memory();
        this.connectionId = connectionId;
    }

    boolean isWaiting() {
        return waiting;
    }

    boolean mayRead() {
        return memory.mayRead(connectionId, framesUnderPass == 0);
    }

    /** Whether a frame's buffer may be replaced by one of so many bytes. */
    boolean mayGrow(int sizeBytes) {
        return memory.mayGrow(connectionId, BufferPool.capacityFor(sizeBytes), framesUnderPass == 0);
    }

    boolean isPassing() {
        return memory.isPasser(connectionId);
    }

    void startWaiting(NioConnection connection) {
        if (!waiting) {
            waiting = true;
            memory.startWaiting();
            loop.waitForMemory(connection);
        }
    }

    /** False when it did not wait. */
    boolean stopWaiting() {
        if (!waiting) {
            return false;
        }
        waiting = false;
        memory.stopWaiting();
        return true;
    }

    /** After a read: keeps the pass, if there is one, as long as a frame needs it. */
    void settle(boolean midFrame) {
        if (!isPassing()) {
            return;
        }
        if (!passing) {
            passing = true;
            passedSinceNanos = loop.nowNanos();
        }
        if (!midFrame && framesUnderPass == 0) {
            endPass();
        }
    }

    /** A frame that came in under the pass is handed out; there is no new pass before it is given back. */
    void frameHandedOut() {
        framesUnderPass++;
    }

    void frameGivenBack(boolean midFrame) {
        framesUnderPass--;
        if (framesUnderPass == 0 && !midFrame) {
            endPass();
        }
    }

    /** Whether the client lets everyone else wait: a few bytes now and then would do that. */
    boolean isSlow(long nowNanos, long stallMs) {
        return passing && framesUnderPass == 0 && (nowNanos - passedSinceNanos) / 1_000_000 >= PASS_STALLS * stallMs;
    }

    /** The connection is gone; a frame that came in under the pass may still be around, and the pass goes with it. */
    void end() {
        stopWaiting();
        if (framesUnderPass == 0) {
            endPass();
        }
    }

    private void endPass() {
        passing = false;
        if (memory.endPass(connectionId)) {
            loop.server.wakeMemoryWaiters();
        }
    }
}
