package dev.ottla.log;

import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The few platform threads of a data folder that may wait for its disk. They are never interrupted: that would close the file they stand in (S9).
 */
final class StorageThreads implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(StorageThreads.class);

    private final ScheduledThreadPoolExecutor pool;

    StorageThreads(Path folder, int count) {
        AtomicInteger number = new AtomicInteger();
        this.pool = new ScheduledThreadPoolExecutor(
                count,
                work -> Thread.ofPlatform()
                        .daemon(true)
                        .name("ottla-storage-" + folder.getFileName() + "-" + number.incrementAndGet())
                        .unstarted(work));
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        pool.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable work) {
        if (!pool.isShutdown()) {
            pool.execute(() -> guarded(work));
        }
    }

    void every(long intervalMs, Runnable work) {
        var _ = pool.scheduleWithFixedDelay(() -> guarded(work), intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException unexpected) {
            LOG.error("A storage task failed", unexpected);
        }
    }

    /** Takes no new work, finishes what was given, and returns when all of it is done. */
    void finish() {
        pool.shutdown();
        boolean interrupted = false;
        boolean done = false;
        while (!done) {
            try {
                done = pool.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
