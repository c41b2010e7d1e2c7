package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A short look at fresh cases; {@link BatchValidatorFuzzer} takes longer. */
class BatchValidatorFuzzTest {
    @Test
    void agreesWithKafkaOnFreshCases() {
        assertThat(FuzzLoop.run(2)).isPositive();
    }
}
