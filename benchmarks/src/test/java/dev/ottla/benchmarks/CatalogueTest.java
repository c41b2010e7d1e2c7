package dev.ottla.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.benchmarks.rounds.Work;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private final Catalogue catalogue = Catalogue.all();

    @Test
    void selectsByNameInTheOrderSaidAndOnce() {
        // Given
        String names = "streams,durable,streams";

        // When
        var works = catalogue.select(names);

        // Then
        assertThat(works).extracting(Work::name).containsExactly("streams", "durable");
    }

    @Test
    void aSetStandsForItsWorks() {
        // Given
        String names = "paced,speed";

        // When
        var works = catalogue.select(names);

        // Then
        assertThat(works)
                .extracting(Work::name)
                .startsWith("paced", "produce-small")
                .contains("limits", "start");
        assertThat(works).doesNotHaveDuplicates();
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> catalogue.select("sped"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no work sped")
                .hasMessageContaining("matrix-fetch");
    }

    @Test
    void everyWorkIsListedWithALine() {
        assertThat(catalogue.text().lines())
                .anyMatch(line -> line.strip().startsWith("restart-killed "))
                .anyMatch(line -> line.strip().startsWith("speed "))
                .allMatch(line -> line.endsWith(":") || line.startsWith("  "));
    }
}
