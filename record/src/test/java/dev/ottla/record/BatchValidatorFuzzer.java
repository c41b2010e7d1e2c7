package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** An hour: {@code mvn -pl record -am verify -Dottla.fuzz.seconds=3600 [-Dottla.fuzz.seed=N]}. */
class BatchValidatorFuzzer {
    @Test
    void agreesWithKafkaOnFreshCases() {
        assertThat(FuzzLoop.run(10)).isPositive();
    }
}
