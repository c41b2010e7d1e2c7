package dev.ottla.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManyAtOnceTest {
    private static final List<Integer> ITEMS =
            IntStream.range(0, ManyAtOnce.THREADS * 3).boxed().toList();

    private final Set<Integer> done = ConcurrentHashMap.newKeySet();

    @Test
    void worksOnSeveralAtATime() {
        // Given work that goes on only when all threads are at it together
        CyclicBarrier together = new CyclicBarrier(ManyAtOnce.THREADS);
        ManyAtOnce.forEach(ITEMS, item -> {
            await(together);
            done.add(item);
        });
        assertThat(done).hasSameSizeAs(ITEMS);
    }

    @Test
    void doesTheRestBeforeItThrows() {
        assertThatThrownBy(() -> ManyAtOnce.forEach(ITEMS, item -> {
                    if (item == 1) {
                        throw new IllegalArgumentException("this one");
                    }
                    done.add(item);
                }))
                .hasMessage("this one");
        assertThat(done).hasSize(ITEMS.size() - 1);
    }

    @Test
    void throwsWhatTheWorkThrows() {
        assertThatThrownBy(() -> ManyAtOnce.forEach(2, ITEMS, item -> {
                    throw new IOException("item " + item);
                }))
                .isInstanceOf(IOException.class);
    }

    @Test
    void nothingIsNothing() {
        ManyAtOnce.forEach(List.<Integer>of(), done::add);
        assertThat(done).isEmpty();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
