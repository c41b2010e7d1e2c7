package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs every scenario against Apache Kafka and then against Ottla: what a client sees must be the same, but for {@link KnownDifferences}.
 * The transcripts are left in {@code target/transcripts}. One scenario: {@code -Dottla.scenario=NAME} (a part of the name is enough).
 */
@ExtendWith(SharedBroker.class)
class ConformanceIT {
    private static final String ONLY = System.getProperty("ottla.scenario", "");
    private static final Path TRANSCRIPTS = Path.of("target", "transcripts");

    private static Target kafka;
    private final Target ottla;

    ConformanceIT(Target ottla) {
        this.ottla = ottla;
    }

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(TRANSCRIPTS);
        kafka = ApacheKafka.start(SharedBroker.SETTINGS);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @TestFactory
    List<DynamicTest> scenarios() {
        Coverage coverage = new Coverage();
        List<DynamicTest> tests = new ArrayList<>();
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.name().contains(ONLY)) {
                tests.add(DynamicTest.dynamicTest(scenario.name(), () -> run(scenario, coverage)));
            }
        }
        if (ONLY.isEmpty()) {
            tests.add(DynamicTest.dynamicTest("every version was asked", () -> everyVersionWasAsked(coverage)));
        }
        return tests;
    }

    private void run(Scenario scenario, Coverage coverage) throws Exception {
        // Given what Apache Kafka says
        List<String> expected = KnownDifferences.apply(scenario.name(), transcript(scenario, kafka, new Coverage()));
        // When Ottla is asked the same
        if (KnownDifferences.REFUSED.containsKey(scenario.name())) {
            isRefused(scenario, coverage);
            return;
        }
        List<String> said = transcript(scenario, ottla, coverage);
        // Then it says the same
        assertThat(String.join("\n", said)).isEqualTo(String.join("\n", expected));
    }

    /** Not yet: the day it is no longer refused, the entry is stale and this fails. */
    private void isRefused(Scenario scenario, Coverage coverage) {
        assertThatThrownBy(() -> {
                    List<String> said = transcript(scenario, ottla, coverage);
                    assertThat(said).as("what Ottla said").noneMatch(line -> line.contains("INVALID_CONFIG"));
                })
                .as(KnownDifferences.REFUSED.get(scenario.name()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("INVALID_CONFIG");
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

    /** By what Ottla itself advertises, once with success and once with an error. */
    private void everyVersionWasAsked(Coverage coverage) {
        Set<String> missing = new TreeSet<>();
        for (var api : advertised().apiKeys()) {
            ApiKeys key = ApiKeys.forId(api.apiKey());
            List<Integer> versions = Requests.range(api.minVersion(), api.maxVersion());
            missing.addAll(coverage.withoutRoundTrip(key, versions));
            coverage.withoutError(key, versions).forEach(name -> missing.add(name + ", an error"));
        }
        // Produce below 3 is advertised for old clients' sake and always refused; nobody can ask ApiVersions v0 to v2
        // wrongly.
        Set.of("Produce v0", "Produce v1", "Produce v2").forEach(missing::remove);
        // Nothing can be wrong with what these ask.
        missing.remove("FindCoordinator v0, an error");
        Set.of(0, 1, 2).forEach(version -> missing.remove("ListGroups v" + version + ", an error"));
        Set.of(0, 1, 2).forEach(version -> missing.remove("ApiVersions v" + version + ", an error"));
        assertThat(missing).as("advertised, but in no scenario").isEmpty();
    }

    @Test
    void exactlyTheWantedApisAreAdvertised() {
        TreeMap<ApiKeys, WantedApis.Versions> advertised = new TreeMap<>();
        advertised()
                .apiKeys()
                .forEach(api -> advertised.put(
                        ApiKeys.forId(api.apiKey()), new WantedApis.Versions(api.minVersion(), api.maxVersion())));
        assertThat(advertised).isEqualTo(WantedApis.BY_KEY);
    }

    @Test
    void everyKnownDifferenceBelongsToAScenario() {
        Set<String> names = new HashSet<>();
        Scenarios.all()
                .forEach(scenario -> assertThat(names.add(scenario.name()))
                        .as(scenario.name())
                        .isTrue());
        assertThat(KnownDifferences.ALL).allMatch(difference -> names.contains(difference.scenario()));
    }

    private ApiVersionsResponseData advertised() {
        try (RawClient client = new RawClient(ottla)) {
            return (ApiVersionsResponseData)
                    client.ask(new ApiVersionsRequestData(), 0).orElseThrow();
        }
    }
}
