package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Members of the consumer protocol that join, leave, die, stall and lose answers; topics that come, grow and go; a coordinator that is replaced at any moment. */
class ConsumerGroupPropertyTest {
    private static final int SCHEDULES = Integer.getInteger("ottla.groups.seeds", 2_000);
    private static final int STEPS = 150;

    @Test
    void noPartitionHasTwoOwnersAndTheGroupSettles() {
        long epochs = 0;
        long reloads = 0;
        long lostAnswers = 0;
        long accepted = 0;
        long refused = 0;
        for (int seed = 0; seed < SCHEDULES; seed++) {
            // Given a group and its members
            ConsumerGroupRun run = new ConsumerGroupRun(seed);
            // When they do what the seed says
            for (int step = 0; step < STEPS; step++) {
                // Then after each step nobody in the group has what another in it has, and what is stored is what is
                // there
                run.step();
            }
            // And when all of them behave again, every partition has its reader
            run.settle();
            epochs += run.epoch();
            reloads += run.reloads();
            lostAnswers += run.lostAnswers();
            accepted += run.commits().accepted();
            refused += run.commits().refused();
        }
        // Then the schedules were worth their time
        assertThat(epochs).isGreaterThan(10L * SCHEDULES);
        assertThat(reloads).isGreaterThan(SCHEDULES);
        assertThat(lostAnswers).isGreaterThan(SCHEDULES);
        assertThat(accepted).isGreaterThan(SCHEDULES);
        assertThat(refused).isGreaterThan(SCHEDULES);
    }
}
