package dev.ottla.cli.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1572864, 1.5 MiB",
        "1099511627776, 1.0 TiB",
        "9223372036854775807, 8192.0 PiB"
    })
    void choosesTheLargestUnitThatFits(long bytes, String text) {
        assertThat(Sizes.text(bytes)).isEqualTo(text);
    }
}
