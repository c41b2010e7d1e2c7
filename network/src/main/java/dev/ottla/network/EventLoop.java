package dev.ottla.network;

/** One thread, one selector, the connections that belong to it. Tasks must not block. */
public interface EventLoop {
    /** Runs a task on the loop's thread, soon; from any thread. */
    void execute(Runnable task);

    /** Runs a task on the loop's thread once {@code delayMs} have passed, unless cancelled; from any thread. */
    Timer schedule(long delayMs, Runnable task);

    boolean isCurrentThread();

    /** A scheduled task. */
    interface Timer {
        /** From any thread; a task that already runs is not stopped. */
        void cancel();
    }
}
