package dev.ottla.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The same for several at the same time, as most of it is waiting; each has a broker's topics and groups of its own. */
final class Together {
    private Together() {}

    /** What is done for each. */
    @FunctionalInterface
    interface Each<T> {
        void run(T one) throws Exception;
    }

    /** Fails when one of them does, once all have ended, and says which. */
    static <T> void run(List<T> all, Each<T> each) {
        Map<T, CompletableFuture<Void>> running = new LinkedHashMap<>();
        all.forEach(one -> running.put(
                one,
                CompletableFuture.runAsync(
                        () -> run(one, each), task -> Thread.ofPlatform().start(task))));
        List<AssertionError> failures = new ArrayList<>();
        running.forEach((one, future) -> {
            try {
                future.join();
            } catch (CompletionException failed) {
                failures.add(new AssertionError("with " + one, failed.getCause()));
            }
        });
        if (!failures.isEmpty()) {
            AssertionError first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    private static <T> void run(T one, Each<T> each) {
        try {
            each.run(one);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
