package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One scenario on both brokers: what a client sees must be the same, but for {@link KnownDifferences}. */
final class SideBySide {
    private static final Path TRANSCRIPTS = Path.of("target", "transcripts");

    private SideBySide() {}

    /** @param coverage what Ottla was asked is counted here */
    static void run(Scenario scenario, Target kafka, Target ottla, Coverage coverage) throws Exception {
        // Given what Apache Kafka says
        List<String> expected = KnownDifferences.apply(scenario.name(), transcript(scenario, kafka, new Coverage()));
        // When Ottla is asked the same
        if (KnownDifferences.REFUSED.containsKey(scenario.name())) {
            isRefused(scenario, ottla, coverage);
            return;
        }
        List<String> said = transcript(scenario, ottla, coverage);
        // Then it says the same
        assertThat(String.join("\n", said)).isEqualTo(String.join("\n", expected));
    }

    /** Not yet: the day it is no longer refused, the entry is stale and this fails. */
    private static void isRefused(Scenario scenario, Target ottla, Coverage coverage) {
        assertThatThrownBy(() -> {
                    List<String> said = transcript(scenario, ottla, coverage);
                    assertThat(said).as("what Ottla said").noneMatch(line -> line.contains("INVALID_CONFIG"));
                })
                .as(KnownDifferences.REFUSED.get(scenario.name()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("INVALID_CONFIG");
    }

    private static List<String> transcript(Scenario scenario, Target target, Coverage coverage) throws Exception {
        Files.createDirectories(TRANSCRIPTS);
        Path file = TRANSCRIPTS.resolve(scenario.name() + "." + target.name().replace(' ', '-') + ".txt");
        try (Session session = new Session(scenario.name(), target, coverage)) {
            try {
                scenario.body().run(session);
            } finally {
                Files.write(file, session.transcript());
            }
            return session.transcript();
        }
    }
}
