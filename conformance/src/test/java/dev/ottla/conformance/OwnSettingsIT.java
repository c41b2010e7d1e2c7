package dev.ottla.conformance;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** As {@link ConformanceIT}, for what only shows with other settings: each in turn on a pair of brokers that have them. */
class OwnSettingsIT {
    private static final String ONLY = System.getProperty("ottla.scenario", "");

    @TestFactory
    List<DynamicTest> scenarios() {
        return OwnSettings.ALL.stream()
                .filter(own -> own.scenarios().stream()
                        .anyMatch(scenario -> scenario.name().contains(ONLY)))
                .map(own -> DynamicTest.dynamicTest(own.name(), () -> run(own)))
                .toList();
    }

    private static void run(OwnSettings own) {
        try (Target kafka = ApacheKafka.start(own.settings());
                Target ottla = Ottla.start(own.settings())) {
            assertAll(own.scenarios().stream()
                    .filter(scenario -> scenario.name().contains(ONLY))
                    .map(scenario -> () -> SideBySide.run(scenario, kafka, ottla, new Coverage())));
        }
    }
}
