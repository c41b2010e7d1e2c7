package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private static final class Due extends TimerWheel.Entry {
        final long atNanos;

        Due(long atNanos) {
            this.atNanos = atNanos;
        }
    }

    @Test
    void everyTimerFiresOnceNotEarlyAndWithinATickOfTheWaitItAsksFor() {
        for (long seed = 1; seed <= 50; seed++) {
            // Given timers up to five turns of the wheel ahead, some cancelled
            RandomSource random = RandomSource.seeded(seed);
            long now = below(random, 1_000_000_000);
            TimerWheel wheel = new TimerWheel(now);
            Set<Due> waiting = new HashSet<>();
            List<Due> fired = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                for (int i = below(random, 4); i > 0; i--) {
                    Due due = new Due(now + below(random, 5000) * 1_000_000L + below(random, 1_000_000));
                    wheel.add(due, due.atNanos);
                    waiting.add(due);
                }
                if (!waiting.isEmpty() && below(random, 4) == 0) {
                    Due cancelled = waiting.iterator().next();
                    wheel.remove(cancelled);
                    wheel.remove(cancelled);
                    waiting.remove(cancelled);
                }

                // When time passes: as long as the wheel says, or any span
                long delayMs = wheel.delayMs(now);
                assertThat(delayMs == -1).isEqualTo(waiting.isEmpty());
                now += below(random, 2) == 0 ? Math.max(0, delayMs) * 1_000_000 : below(random, 40_000_000);
                fired.clear();
                wheel.expire(now, entry -> fired.add((Due) entry));

                // Then exactly the due ones fire, none early, none more than a tick late
                for (Due due : fired) {
                    assertThat(waiting.remove(due)).as("seed %d", seed).isTrue();
                    assertThat(due.atNanos).as("seed %d", seed).isLessThanOrEqualTo(now);
                }
                for (Due due : waiting) {
                    assertThat(due.atNanos).as("seed %d", seed).isGreaterThan(now - 2_000_000);
                }
                assertThat(wheel.size()).isEqualTo(waiting.size());
            }
        }
    }

    @Test
    void aTimerAddedByATimerWaitsForTheNextRound() {
        // Given a timer that adds another one, due at once
        TimerWheel wheel = new TimerWheel(0);
        wheel.add(new Due(0), 0);
        List<TimerWheel.Entry> fired = new ArrayList<>();

        // When time passes
        wheel.expire(5_000_000, entry -> {
            fired.add(entry);
            wheel.add(new Due(0), 0);
        });

        // Then it does not go round for ever
        assertThat(fired).hasSize(1);
        assertThat(wheel.size()).isEqualTo(1);
    }

    private static int below(RandomSource random, int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
