package dev.ottla.base;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Disk work for many things, several at a time: forces that wait together share one commit of the file system. */
public final class ManyAtOnce {
    /** How many at a time, when nothing else is asked for. */
    public static final int THREADS = 8;

    /** What is done with each of them. */
    public interface Work<T, E extends Exception> {
        void on(T item) throws E;
    }

    private ManyAtOnce() {}

    /** As the other, {@link #THREADS} at a time. */
    public static <T, E extends Exception> void forEach(Collection<T> items, Work<T, E> work) throws E {
        forEach(THREADS, items, work);
    }

    /** Does all, at most {@code threads} at a time, the caller's own among them; throws the first failure when all are done. */
    public static <T, E extends Exception> void forEach(int threads, Collection<T> items, Work<T, E> work) throws E {
        ConcurrentLinkedQueue<T> left = new ConcurrentLinkedQueue<>(items);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        Runnable worker = () -> {
            for (T item = left.poll(); item != null; item = left.poll()) {
                try {
                    work.on(item);
                } catch (Exception trouble) {
                    failure.compareAndSet(null, trouble);
                }
            }
        };
        List<Thread> helpers = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, items.size()); i++) {
            helpers.add(Thread.ofPlatform().name("ottla-many-" + i).start(worker));
        }
        worker.run();
        helpers.forEach(ManyAtOnce::joinFully);
        Exception trouble = failure.get();
        if (trouble instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (trouble != null) {
            // The work throws nothing else.
            @SuppressWarnings("unchecked")
            E checked = (E) trouble;
            throw checked;
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
