package dev.ottla.log.journal;

import dev.ottla.base.Clock;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/**
 * The journal's own thread: sleeps while nothing is staged, gives a group a moment to gather company when the last one had some, and tries again
 * while the disk has no room. Never interrupted: that would close the file it stands in (S9).
 */
final class WriterThread {
    private static final long NO_LIMIT_NANOS = Long.MAX_VALUE;
    private static final long DISK_FULL_RETRY_NANOS = 200_000_000;

    private final Staging staging;
    private final Committer committer;
    private final Durability durability;
    private final Progress progress;
    private final Wakeup wakeup;
    private final Clock clock;
    private final Thread thread;
    private volatile boolean stopping;

    WriterThread(
            Staging staging,
            Committer committer,
            Durability durability,
            Progress progress,
            Wakeup wakeup,
            Clock clock,
            ThreadFactory factory) {
        this.staging = staging;
        this.committer = committer;
        this.durability = durability;
        this.progress = progress;
        this.wakeup = wakeup;
        this.clock = clock;
        this.thread = factory.newThread(this::run);
    }

    void start() {
        wakeup.serves(thread);
        thread.start();
    }

    /** Returns when all that is staged is durable, or cannot become so, and the thread has ended. */
    void finish() {
        stopping = true;
        wakeup.signal();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (durability.failure() == null && !(stopping && isIdle())) {
                step();
            }
        } catch (IOException told) {
            // The committer has told everybody.
        }
    }

    private boolean isIdle() {
        return staging.lastLsn() == durability.durableLsn();
    }

    private void step() throws IOException {
        if (wakeup.takeSignal() && !stopping) {
            progress.tellAll();
        }
        if (isIdle()) {
            wakeup.park(durability.durableLsn() + 1, NO_LIMIT_NANOS);
            return;
        }
        gather();
        if (committer.commit() || isIdle()) {
            return;
        }
        if (stopping) {
            throw new IOException("The journal was closed while the disk had no room");
        }
        wakeup.park(Long.MAX_VALUE, DISK_FULL_RETRY_NANOS);
    }

    private void gather() {
        int entries = committer.entriesWorthAwaiting();
        if (entries <= 1 || stopping) {
            return;
        }
        long untilLsn = durability.durableLsn() + entries;
        long begin = clock.monotonicNanos();
        long left = Journal.MAX_GROUPING_DELAY_NANOS;
        while (left > 0 && staging.lastLsn() < untilLsn && !wakeup.isSignalled()) {
            wakeup.park(untilLsn, left);
            left = begin + Journal.MAX_GROUPING_DELAY_NANOS - clock.monotonicNanos();
        }
    }
}
