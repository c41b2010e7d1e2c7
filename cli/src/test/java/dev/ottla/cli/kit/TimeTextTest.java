package dev.ottla.cli.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
    private static final long NOW_MS = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:00:00Z, 2026-11-22T10:00:00Z",
        "2026-11-22T10:00:00.5Z, 2026-11-22T10:00:00.500Z",
        "2026-11-22T10:00:00+02:00, 2026-11-22T08:00:00Z",
        "2026-11-22T10:00:00-05:00, 2026-11-22T15:00:00Z",
        "2026-11-22T10:00, 2026-11-22T09:00:00Z",
        "2026-07-22T10:00:30, 2026-07-22T08:00:30Z",
        "2026-11-22, 2026-11-21T23:00:00Z",
        "30s, 2026-11-22T11:59:30Z",
        "15m, 2026-11-22T11:45:00Z",
        "2h, 2026-11-22T10:00:00Z",
        "1d, 2026-11-21T12:00:00Z",
        "0, 1970-01-01T00:00:00Z",
        "1795341600000, 2026-11-22T10:00:00Z"
    })
    void readsATimeAsPeopleWriteIt(String text, Instant expected) {
        assertThat(Instant.ofEpochMilli(TimeText.parse(text, NOW_MS, VIENNA))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "15w", "-5", "2026-13-01", "2026-11-22T25:00:00Z", "9999999999999999999"})
    void saysWhichFormsThereAre(String text) {
        assertThatThrownBy(() -> TimeText.parse(text, NOW_MS, VIENNA))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                    assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
                    assertThat(failure.what()).contains("'" + text + "'").contains("15m");
                });
    }
}
