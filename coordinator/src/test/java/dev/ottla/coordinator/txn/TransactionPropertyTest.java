package dev.ottla.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionPropertyTest {
    private static final int SEEDS = Integer.getInteger("ottla.txn.seeds", 1_500);
    private static final int STEPS = 150;

    @Test
    void noTransactionIsTornNorHangsWhateverIsLateLostOrReplaced() {
        // Given producers that fence each other, are forgotten and time out, of both versions of the protocol
        long reloads = 0;
        long lateOnes = 0;
        long decided = 0;
        long rotations = 0;
        long waited = 0;
        long wentOn = 0;
        long forgotten = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            TransactionRun run = new TransactionRun(seed);

            // When answers are lost, requests come late and the coordinator is replaced, in between any two steps
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
            run.settle();

            // Then, checked at every step, live state is replay and nothing is torn; in the end nothing hangs
            run.checkEnds();
            reloads += run.reloads();
            lateOnes += run.lateOnes();
            decided += run.decided();
            rotations += run.rotations();
            waited += run.waited();
            wentOn += run.wentOn();
            forgotten += run.forgotten();
        }
        assertThat(reloads).isGreaterThan(SEEDS);
        assertThat(lateOnes).isGreaterThan(SEEDS);
        assertThat(decided).isGreaterThan(5L * SEEDS);
        assertThat(rotations).isGreaterThan(SEEDS / 10);
        assertThat(waited).isGreaterThan(SEEDS);
        assertThat(wentOn).isGreaterThan(SEEDS / 10);
        assertThat(forgotten).isGreaterThan(SEEDS / 10);
    }
}
