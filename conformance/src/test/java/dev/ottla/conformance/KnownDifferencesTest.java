package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class KnownDifferencesTest {
    @Test
    void replacesKafkasLineByOttlas() {
        assertThat(KnownDifferences.apply("framing-client-id-negative", List.of("> asked", "< a reply")))
                .containsExactly("> asked", "< connection closed");
    }

    @Test
    void leavesOtherScenariosAlone() {
        assertThat(KnownDifferences.apply("framing-sizes", List.of("< a reply")))
                .containsExactly("< a reply");
    }

    @Test
    void anEntryThatKafkaNoLongerJustifiesFails() {
        assertThatThrownBy(() -> KnownDifferences.apply("framing-client-id-negative", List.of("< something else")))
                .hasMessageContaining("stale");
    }
}
