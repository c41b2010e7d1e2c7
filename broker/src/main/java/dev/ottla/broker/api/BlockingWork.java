package dev.ottla.broker.api;

import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/**
 * Requests that may block, one virtual thread each, and a bound on how many do their work at once. Those above it wait as parked
 * threads, undecoded; there is at most one per connection, because a blocking request holds back those behind it.
 */
public final class BlockingWork implements AutoCloseable {
    /** Requests that may be at work at once. */
    public static final int MAX_CONCURRENT_REQUESTS = 128;

    // Without a number: the JDK counts them by a method handle, which takes the first request's loop milliseconds to
    // make.
    private final ThreadFactory threads = Thread.ofVirtual().name("request").factory();
    private final Semaphore running = new Semaphore(MAX_CONCURRENT_REQUESTS);
    private volatile boolean closed;

    /** Runs work on a virtual thread once there is room; dropped after {@link #close}, when its connection is closed too. */
    public void run(Runnable work) {
        if (closed) {
            return;
        }
        threads.newThread(() -> {
                    running.acquireUninterruptibly();
                    try {
                        if (!closed) {
                            work.run();
                        }
                    } finally {
                        running.release();
                    }
                })
                .start();
    }

    /** Requests at work now. */
    public int running() {
        return MAX_CONCURRENT_REQUESTS - running.availablePermits();
    }

    /** Takes no more work and waits for what is running: nothing may touch logs or the controller once they close. */
    @Override
    public void close() {
        closed = true;
        running.acquireUninterruptibly(MAX_CONCURRENT_REQUESTS);
        running.release(MAX_CONCURRENT_REQUESTS);
    }
}
