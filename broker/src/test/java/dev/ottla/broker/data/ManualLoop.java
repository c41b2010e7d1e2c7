package dev.ottla.broker.data;

import dev.ottla.network.EventLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An event loop that runs when the test says so, on the test's thread, with a time of its own. */
final class ManualLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Scheduled> timers = new ArrayList<>();
    private long nowMs;

    private static final class Scheduled implements Timer {
        private final long atMs;
        private final Runnable task;
        private boolean cancelled;

        Scheduled(long atMs, Runnable task) {
            this.atMs = atMs;
            this.task = task;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        Scheduled timer = new Scheduled(nowMs + delayMs, task);
        timers.add(timer);
        return timer;
    }

    @Override
    public boolean isCurrentThread() {
        return true;
    }

    /** Runs what was handed over, and what that hands over; how many tasks there were. */
    int run() {
        int count = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            count++;
        }
        return count;
    }

    /** Lets time pass, from timer to timer. */
    void advance(long byMs) {
        long untilMs = nowMs + byMs;
        for (Scheduled next = nextBefore(untilMs); next != null; next = nextBefore(untilMs)) {
            nowMs = next.atMs;
            timers.remove(next);
            next.task.run();
            run();
        }
        nowMs = untilMs;
    }

    private Scheduled nextBefore(long untilMs) {
        timers.removeIf(timer -> timer.cancelled);
        return timers.stream()
                .filter(timer -> timer.atMs <= untilMs)
                .min(Comparator.comparingLong(timer -> timer.atMs))
                .orElse(null);
    }

    /** Timers that would still fire. */
    long armedTimers() {
        return timers.stream().filter(timer -> !timer.cancelled).count();
    }
}
