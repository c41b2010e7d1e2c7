package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every scenario against Apache Kafka and then against Ottla. The transcripts are left in {@code target/transcripts}. One scenario:
 * {@code -Dottla.scenario=NAME} (a part of the name is enough).
 */
class ConformanceIT {
    private static final String ONLY = System.getProperty("ottla.scenario", "");
    private static final Path TRANSCRIPTS = Path.of("target", "transcripts");

    private static Target kafka;
    private static final Coverage KAFKA_COVERAGE = new Coverage();

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(TRANSCRIPTS);
        kafka = ApacheKafka.start(Map.of("log.retention.ms", "-1"));
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @TestFactory
    List<DynamicTest> scenarios() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.name().contains(ONLY)) {
                tests.add(DynamicTest.dynamicTest(scenario.name(), () -> run(scenario)));
            }
        }
        return tests;
    }

    private static void run(Scenario scenario) throws Exception {
        // Given what Apache Kafka says
        List<String> expected = transcript(scenario, kafka, KAFKA_COVERAGE);
        assertThat(expected).isNotEmpty();
    }

    private static List<String> transcript(Scenario scenario, Target target, Coverage coverage) throws Exception {
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
