package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PendingOffsetsPropertyTest {
    private static final int SEEDS = Integer.getInteger("ottla.groups.seeds", 2_000);
    private static final int STEPS = 120;

    @Test
    void whatIsAnsweredIsWhatAPlainReadingOfTheLogFinds() {
        int overtaken = 0;
        int unstable = 0;
        int counted = 0;
        int expired = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            // Given groups that commit plainly and in transactions, deletions, expiry and reloads at any step
            PendingOffsetsRun run = new PendingOffsetsRun(seed);
            for (int step = 0; step < STEPS; step++) {
                // When one more thing happens, then the run compares all answers, live and read again
                run.step();
            }
            overtaken += run.overtaken;
            unstable += run.unstable;
            counted += run.counted;
            expired += run.expired;
        }
        // Then what the rules are about has happened
        assertThat(overtaken).isGreaterThan(SEEDS);
        assertThat(unstable).isGreaterThan(SEEDS * STEPS);
        assertThat(counted).isGreaterThan(SEEDS);
        assertThat(expired).isGreaterThan(SEEDS / 10);
    }
}
