package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
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

    private static Target kafka;
    private final Target ottla;

    ConformanceIT(Target ottla) {
        this.ottla = ottla;
    }

    @BeforeAll
    static void start() {
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
                tests.add(DynamicTest.dynamicTest(
                        scenario.name(), () -> SideBySide.run(scenario, kafka, ottla, coverage)));
            }
        }
        if (ONLY.isEmpty()) {
            tests.add(DynamicTest.dynamicTest("every version was asked", () -> everyVersionWasAsked(coverage)));
        }
        return tests;
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
        Stream.concat(Scenarios.all().stream(), OwnSettings.ALL.stream().flatMap(own -> own.scenarios().stream()))
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
