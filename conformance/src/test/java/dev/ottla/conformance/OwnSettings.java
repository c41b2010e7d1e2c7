package dev.ottla.conformance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Scenarios for a broker with settings of its own. */
record OwnSettings(String name, Map<String, String> more, List<Scenario> scenarios) {
    private static final String POLICY = "group.consumer.migration.policy";

    static final List<OwnSettings> ALL = List.of(
            new OwnSettings(
                    "small groups that keep their protocol",
                    Map.of("group.max.size", "2", "group.consumer.max.size", "2", POLICY, "disabled"),
                    with(MigrationPolicyScenarios.all("disabled"), GroupSizeScenarios.all())),
            new OwnSettings(
                    "groups that wait for members, and only upgrade",
                    Map.of("group.initial.rebalance.delay.ms", "500", POLICY, "upgrade"),
                    with(MigrationPolicyScenarios.all("upgrade"), GroupPatienceScenarios.delay())),
            new OwnSettings(
                    "short sessions, and groups that only downgrade",
                    Map.of("group.min.session.timeout.ms", "100", POLICY, "downgrade"),
                    with(MigrationPolicyScenarios.all("downgrade"), GroupPatienceScenarios.sessions())));

    private static List<Scenario> with(List<Scenario> some, List<Scenario> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /** All of a broker's settings. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(SharedBroker.SETTINGS);
        settings.putAll(more);
        return settings;
    }
}
