package dev.ottla.network;

import dev.ottla.base.Clock;

/** What loops and connections need of their server. */
interface ServerContext {
    Clock clock();

    NetworkLimits limits();

    FrameGate gate();

    RequestListener listener();

    NetworkMetrics metrics();

    MemoryBudget memory();

    /** Whether buffers are poisoned and checked. */
    boolean checkBuffers();

    ConnectionQuota quota();

    /** Lets connections on all loops that wait for memory try again. */
    void wakeMemoryWaiters();

    /** An error that the process must not go on after. */
    void fatal(Throwable failure);
}
