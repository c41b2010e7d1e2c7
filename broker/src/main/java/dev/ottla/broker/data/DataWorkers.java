package dev.ottla.broker.data;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Platform threads for what a loop must not do: validating heavy batches and reading cold records. The queue is bounded by the number of
 * connections: a connection has at most one heavy batch there (those behind it wait) and as many cold fetches as it may have in flight.
 */
public final class DataWorkers implements Executor, AutoCloseable {
    private final ExecutorService threads;

    /** @param count how many threads; at least one */
    public DataWorkers(int count) {
        threads = Executors.newFixedThreadPool(
                Math.max(count, 1),
                Thread.ofPlatform().name("data-worker-", 0).daemon().factory());
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Finishes what is queued; close the network first. */
    @Override
    public void close() {
        threads.close();
    }
}
