package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WritePaceTest {
    private static final int LEAST = WritePace.LEAST_BYTES;
    private final WritePace pace = new WritePace();

    @Test
    void aSocketThatTakesEverythingIsOfferedEverything() {
        // Given, when it has always taken all
        pace.took(10_000_000, true);

        // Then
        assertThat(pace.bytes()).isGreaterThan(1L << 40);
    }

    @Test
    void whatASocketTookBetweenTwoWaitsIsWhatItIsOfferedNext() {
        // Given one that took 100,000 and 30,000 of 200,000 bytes
        pace.took(100_000, true);
        pace.took(30_000, false);

        // When it takes a part of that after the wait
        assertThat(pace.bytes()).isEqualTo(130_000);
        pace.took(90_000, true);

        // Then it is offered the rest
        assertThat(pace.bytes()).isEqualTo(40_000);
    }

    @Test
    void beyondThatItIsOfferedMoreAndMore() {
        // Given one that has taken what it usually does
        pace.took(100_000, false);
        pace.took(100_000, true);

        // When it goes on taking all
        long first = pace.bytes();
        pace.took(first, true);
        long second = pace.bytes();

        // Then twice as much each time
        assertThat(first).isEqualTo(2L * LEAST);
        assertThat(second).isEqualTo(4L * LEAST);
    }

    @Test
    void whatLittleASocketTakesItIsOfferedSomething() {
        // Given, when it takes next to nothing
        pace.took(1, false);
        pace.took(0, false);

        // Then
        assertThat(pace.bytes()).isEqualTo(LEAST);
    }
}
