package dev.ottla.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static final String OURS = "Ottla";
    private static final String PEER = "Kafka";

    @Test
    void medianOfAnOddAndAnEvenNumberOfRounds() {
        // Given
        Figures figures = new Figures(List.of(OURS, PEER), Optional.of(PEER));

        // When
        List.of(9.0, 1.0, 2.0).forEach(value -> figures.add("odd", OURS, value));
        List.of(4.0, 1.0, 2.0, 100.0).forEach(value -> figures.add("even", OURS, value));

        // Then
        assertThat(figures.median("odd", OURS)).hasValue(2);
        assertThat(figures.median("even", OURS)).hasValue(3);
    }

    @Test
    void ratioIsOfMediansTheFirstContendersDividedByTheOthers() {
        // Given
        Figures figures = new Figures(List.of(OURS, PEER), Optional.of(PEER));

        // When
        List.of(1.0, 2.0, 50.0).forEach(value -> figures.add("ms", OURS, value));
        List.of(8.0, 7.0, 9.0).forEach(value -> figures.add("ms", PEER, value));

        // Then
        assertThat(figures.ratio("ms", PEER)).hasValue(0.25);
    }

    @Test
    void noRatioToWhatIsNothingOrWasNotMeasured() {
        // Given
        Figures figures = new Figures(List.of(OURS, PEER), Optional.of(PEER));

        // When
        figures.add("zero", OURS, 1);
        figures.add("zero", PEER, 0);
        figures.add("alone", OURS, 1);

        // Then
        assertThat(figures.ratio("zero", PEER)).isEmpty();
        assertThat(figures.ratio("alone", PEER)).isEmpty();
        assertThat(figures.isMet("alone", Aim.ratioAtMost(1))).isEmpty();
    }

    @Test
    void anAimBoundsTheRatioOrTheFirstContendersMedianFromItsSide() {
        // Given
        Figures figures = new Figures(List.of(OURS, PEER), Optional.of(PEER));

        // When
        figures.add("x", OURS, 10);
        figures.add("x", PEER, 40);

        // Then
        assertThat(figures.isMet("x", Aim.ratioAtMost(0.25))).hasValue(true);
        assertThat(figures.isMet("x", Aim.ratioAtMost(0.2))).hasValue(false);
        assertThat(figures.isMet("x", Aim.ratioAtLeast(0.25))).hasValue(true);
        assertThat(figures.isMet("x", Aim.ratioAtLeast(1.3))).hasValue(false);
        assertThat(figures.isMet("x", Aim.atMost(10))).hasValue(true);
        assertThat(figures.isMet("x", Aim.atMost(9))).hasValue(false);
        assertThat(figures.isMet("x", Aim.atLeast(11))).hasValue(false);
    }

    @Test
    void tableSaysMedianRangeRatioAimAndWhetherItIsMet() {
        // Given
        Figures figures = new Figures(List.of(OURS, PEER), Optional.of(PEER));

        // When
        List.of(1.0, 2.0, 3.0).forEach(value -> figures.add("ms", OURS, value, Aim.ratioAtMost(0.1)));
        List.of(8.0, 8.0, 8.0).forEach(value -> figures.add("ms", PEER, value));
        figures.add("once", OURS, 1234.5);

        // Then
        assertThat(figures.table().lines())
                .containsExactly(
                        "| figure | Ottla: median (min to max) | Kafka: median (min to max) | Ottla / Kafka | aim | met |",
                        "| --- | --- | --- | --- | --- | --- |",
                        "| ms | 2.00 (1.00 to 3.00) | 8.00 (8.00 to 8.00) | 0.25 | ratio at most 0.100 | NO |",
                        "| once | 1235 | not measured |  |  |  |");
    }
}
