package dev.ottla.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void aSettingOfTheKernelIsReadWhole() throws Exception {
        // Given: a number of several digits; a reader that begins with one byte sees one of them.
        String name = "vm/max_map_count";

        // When
        String value = Machine.sysctl(name);

        // Then
        assertThat(value).matches("[0-9]{4,}");
    }
}
