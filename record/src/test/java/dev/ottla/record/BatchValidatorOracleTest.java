package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Our validator and Apache Kafka's on the same bytes. */
class BatchValidatorOracleTest {
    private static final int GOOD_CASES = 600;
    private static final int DAMAGED_CASES = 3_000;

    @Test
    void agreesOnWellFormedBatches() {
        int accepted = 0;
        try (Differential differential = new Differential()) {
            for (int seed = 0; seed < GOOD_CASES; seed++) {
                // Given: a well-formed batch and a topic's rules; When: both judge it; Then: they agree
                accepted += differential.compare(new BatchMutator(seed).good(), "good " + seed) ? 1 : 0;
            }
        }
        assertThat(accepted).as("batches that both accepted").isGreaterThan(GOOD_CASES / 2);
    }

    @Test
    void agreesOnDamagedBatches() {
        int accepted = 0;
        try (Differential differential = new Differential()) {
            for (int seed = 0; seed < DAMAGED_CASES; seed++) {
                // Given: a batch with something wrong; When: both judge it; Then: they agree
                accepted += differential.compare(new BatchMutator(seed).damaged(), "damaged " + seed) ? 1 : 0;
            }
        }
        assertThat(accepted).as("batches that both accepted").isBetween(1, DAMAGED_CASES / 2);
    }
}
