package dev.ottla.log.producer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FirstBatchesTest {
    private static final int ANY = Integer.MAX_VALUE;
    private final FirstBatches batches = new FirstBatches();

    @Test
    void theLowestSequenceOfTheNewestEpochCounts() {
        // Given
        batches.held(5, (short) 1, 7, 0);
        batches.held(5, (short) 1, 9, 0);
        batches.held(5, (short) 0, 2, 0);
        assertThat(batches.lowestSequence(5)).isEqualTo(7);
        // When an epoch begins
        batches.held(5, (short) 2, 8, 0);
        // Then what was before does not count
        assertThat(batches.lowestSequence(5)).isEqualTo(8);
        assertThat(batches.lowestSequence(6)).isEqualTo(ANY);
        batches.forget(5);
        assertThat(batches.lowestSequence(5)).isEqualTo(ANY);
    }

    @Test
    void whatHasNoSequenceIsNotHeld() {
        batches.held(5, (short) 1, -1, 0);
        assertThat(batches.lowestSequence(5)).isEqualTo(ANY);
    }

    @Test
    void nobodyMakesItGrowForEver() {
        // Given as many producers as are remembered, the first of which was asked for again
        for (int producer = 0; producer < FirstBatches.MAX_PRODUCERS; producer++) {
            batches.held(producer, (short) 0, 3, producer);
        }
        batches.held(0, (short) 0, 3, 5_000);
        // When one more comes
        batches.held(-7, (short) 0, 3, 5_000);
        // Then the one that was asked for longest ago is forgotten
        assertThat(batches.lowestSequence(0)).isEqualTo(3);
        assertThat(batches.lowestSequence(1)).isEqualTo(ANY);
        assertThat(batches.lowestSequence(2)).isEqualTo(3);
        // And when time goes by, all that are old are
        batches.expire(5_500, 1_000);
        assertThat(batches.lowestSequence(2)).isEqualTo(ANY);
        assertThat(batches.lowestSequence(-7)).isEqualTo(3);
    }
}
