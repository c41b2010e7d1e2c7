package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Members of both protocols that come, go, crash and stall; a group that changes its protocol under them; a coordinator that is replaced at any moment. */
class MigrationPropertyTest {
    private static final int SCHEDULES = Integer.getInteger("ottla.groups.seeds", 2_000);
    private static final int STEPS = 150;

    @Test
    void noPartitionHasTwoOwnersWhileTheGroupChangesItsProtocol() {
        long migrations = 0;
        long accepted = 0;
        long refused = 0;
        for (int seed = 0; seed < SCHEDULES; seed++) {
            // Given consumers of both protocols
            MigrationRun run = new MigrationRun(seed);
            // When they do what the seed says
            for (int step = 0; step < STEPS; step++) {
                // Then after each step nobody in the group has what another in it has
                run.step();
            }
            // And when all of them behave again, every partition has its reader
            run.settle();
            migrations += run.migrations();
            accepted += run.commits().accepted();
            refused += run.commits().refused();
        }
        // Then the schedules were worth their time
        assertThat(migrations).isGreaterThan(2L * SCHEDULES);
        assertThat(accepted).isGreaterThan(SCHEDULES);
        assertThat(refused).isGreaterThan(SCHEDULES);
    }
}
