package dev.ottla.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimersTest {
    @Test
    void aDeadlineThatIsPutOffComesLaterOnce() {
        // Given a deadline, put off twice
        Timers<String> timers = new Timers<>();
        timers.set("a", 10);
        timers.set("a", 20);
        timers.set("a", 30);
        // When the earlier times come
        // Then nothing is due until the last
        assertThat(timers.poll(10)).isNull();
        assertThat(timers.poll(29)).isNull();
        assertThat(timers.poll(30)).isEqualTo("a");
        assertThat(timers.poll(1_000)).isNull();
        assertThat(timers.nextMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aCancelledOneNeverComes() {
        // Given
        Timers<String> timers = new Timers<>();
        timers.set("a", 10);
        // When
        timers.cancel("a");
        // Then
        assertThat(timers.poll(10)).isNull();
    }

    @Test
    void oneThatIsSetAgainAfterACancelComesAtItsNewTimeOnly() {
        // Given
        Timers<String> timers = new Timers<>();
        timers.set("a", 10);
        timers.cancel("a");
        // When
        timers.set("a", 30);
        // Then
        assertThat(timers.poll(10)).isNull();
        assertThat(timers.poll(30)).isEqualTo("a");
        assertThat(timers.poll(30)).isNull();
    }

    @Test
    void behavesAsAPlainMapOfDeadlines() {
        for (int seed = 0; seed < 300; seed++) {
            // Given a model that looks at every deadline
            RandomSource random = RandomSource.seeded(seed);
            Timers<Integer> timers = new Timers<>();
            Map<Integer, Long> model = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 200; step++) {
                int key = below(random, 8);
                // When deadlines are set, cancelled and met
                switch (below(random, 4)) {
                    case 0, 1 -> {
                        long due = now + below(random, 50);
                        timers.set(key, due);
                        model.put(key, due);
                    }
                    case 2 -> {
                        timers.cancel(key);
                        model.remove(key);
                    }
                    default -> now += below(random, 30);
                }
                List<Integer> came = new ArrayList<>();
                Integer due = timers.poll(now);
                while (due != null) {
                    came.add(due);
                    due = timers.poll(now);
                }
                // Then the same are due, and it never asks to be looked at too late
                List<Integer> expected = new ArrayList<>();
                for (var entry : Map.copyOf(model).entrySet()) {
                    if (entry.getValue() <= now) {
                        expected.add(entry.getKey());
                        model.remove(entry.getKey());
                    }
                }
                assertThat(came).as("seed %d, step %d", seed, step).containsExactlyInAnyOrderElementsOf(expected);
                long first =
                        model.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
                assertThat(timers.nextMs()).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(first);
            }
        }
    }

    private static int below(RandomSource random, int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
