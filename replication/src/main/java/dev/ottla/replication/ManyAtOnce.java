package dev.ottla.replication;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Disk work for many partitions, several at a time: forces that wait together share one commit of the file system, so that a topic of a hundred
 * partitions takes little longer than one of ten.
 */
final class ManyAtOnce {
    static final int THREADS = 8;

    private ManyAtOnce() {}

    /** Returns when all is done, then throws the first thing that {@code work} threw. */
    static <T> void forEach(Collection<T> items, Consumer<T> work) {
        ConcurrentLinkedQueue<T> left = new ConcurrentLinkedQueue<>(items);
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        Runnable worker = () -> {
            for (T item = left.poll(); item != null; item = left.poll()) {
                try {
                    work.accept(item);
                } catch (RuntimeException trouble) {
                    failure.compareAndSet(null, trouble);
                }
            }
        };
        List<Thread> helpers = new ArrayList<>();
        for (int i = 1; i < Math.min(THREADS, items.size()); i++) {
            helpers.add(Thread.ofPlatform().name("ottla-partitions-" + i).start(worker));
        }
        worker.run();
        helpers.forEach(ManyAtOnce::joinFully);
        RuntimeException trouble = failure.get();
        if (trouble != null) {
            throw trouble;
        }
    }

    private static void joinFully(Thread thread) {
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
}
