package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentBatchesTest {
    private static final int BATCHES = 2_000_000;

    /** Batches of one record and ten bytes: batch i has offset i and ends at 10 * (i + 1). */
    @Test
    void knowsTheLastBatchesAndNothingOfOlderOnes() {
        RecentBatches recent = new RecentBatches();
        assertThat(recent.startOf(0)).isEqualTo(RecentBatches.UNKNOWN);
        for (int i = 0; i < 200; i++) {
            recent.add(i, 10 * (i + 1));
        }
        assertThat(recent.startOf(200)).isEqualTo(2000);
        assertThat(recent.startOf(199)).isEqualTo(1990);
        assertThat(recent.startOf(150)).isEqualTo(1500);
        assertThat(recent.startOf(100)).isEqualTo(RecentBatches.UNKNOWN);
        assertThat(recent.boundaryBefore(1999)).isEqualTo(1990);
        assertThat(recent.boundaryBefore(1990)).isEqualTo(1990);
        assertThat(recent.boundaryBefore(500)).isEqualTo(RecentBatches.UNKNOWN);
    }

    @Test
    void aReaderThatIsOvertakenIsToldNothingWrong() throws ExecutionException, InterruptedException {
        RecentBatches recent = new RecentBatches();
        AtomicLong written = new AtomicLong();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> writer = threads.submit(() -> {
                for (int i = 0; i < BATCHES; i++) {
                    recent.add(i, 10 * (i + 1));
                    written.lazySet(i + 1L);
                }
            });
            long asked = 0;
            while (!writer.isDone()) {
                long offset = Math.max(0, written.get() - asked++ % 70);
                int start = recent.startOf(offset);
                assertThat(start == RecentBatches.UNKNOWN || start == 10 * offset)
                        .as("%d at %d", start, offset)
                        .isTrue();
            }
            writer.get();
        }
    }
}
