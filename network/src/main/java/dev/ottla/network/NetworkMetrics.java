package dev.ottla.network;

import java.util.concurrent.atomic.LongAdder;

/** Counters of the whole server, readable from any thread; each is right for itself, not together with the others. */
public final class NetworkMetrics {
    final LongAdder accepted = new LongAdder();
    final LongAdder closed = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder frames = new LongAdder();
    final LongAdder replies = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    private final MemoryBudget memory;

    NetworkMetrics(MemoryBudget memory) {
        this.memory = memory;
    }

    public long connectionsOpen() {
        return accepted.sum() - closed.sum();
    }

    /** Connections taken in since the start. */
    public long connectionsAccepted() {
        return accepted.sum();
    }

    /** Connections closed at once because a limit was reached. */
    public long connectionsRefused() {
        return refused.sum();
    }

    /** Requests handed to the listener. */
    public long frames() {
        return frames.sum();
    }

    /** Replies sent whole. */
    public long replies() {
        return replies.sum();
    }

    public long bytesIn() {
        return bytesIn.sum();
    }

    public long bytesOut() {
        return bytesOut.sum();
    }

    /** Direct memory that frames and replies hold now. */
    public long bufferBytesInUse() {
        return memory.inUseBytes();
    }

    /** Connections that are not read because buffer memory is exhausted. */
    public long connectionsWaitingForMemory() {
        return memory.waiters();
    }
}
