package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Members that join, leave, stall and lie, a coordinator that is replaced at any moment: thousands of schedules. */
class ClassicGroupPropertyTest {
    private static final int SCHEDULES = Integer.getInteger("ottla.groups.seeds", 2_000);
    private static final int STEPS = 150;

    @Test
    void whateverMembersDoTheGroupKeepsItsRules() {
        long rebalances = 0;
        long reloads = 0;
        for (int seed = 0; seed < SCHEDULES; seed++) {
            // Given a group and its members
            ClassicGroupRun run = new ClassicGroupRun(seed);
            // When they do what the seed says
            for (int step = 0; step < STEPS; step++) {
                // Then after each step what is stored is what is there, and nobody was told two stories of one
                // generation
                run.step();
            }
            // And when all of them behave again, the group gets stable and everybody has his answer
            run.settle();
            rebalances += run.generations();
            reloads += run.reloads();
        }
        // Then the schedules were worth their time
        assertThat(rebalances).isGreaterThan(SCHEDULES);
        assertThat(reloads).isGreaterThan(SCHEDULES);
    }
}
