package dev.ottla.conformance;

import java.util.ArrayList;
import java.util.List;

/** The one list of what Ottla answers otherwise on purpose. An entry that no longer says the truth fails the test. */
final class KnownDifferences {
    private KnownDifferences() {}

    /**
     * In one scenario, the lines that are Apache Kafka's are Ottla's instead.
     *
     * @param kafka a whole line of Kafka's transcript
     * @param ottla what stands in its place in Ottla's, no line at all if empty
     */
    record Difference(String scenario, String kafka, List<String> ottla, String reason) {}

    static final List<Difference> ALL = List.of();

    /** Kafka's transcript as Ottla's must be. */
    static List<String> apply(String scenario, List<String> kafka) {
        List<String> lines = kafka;
        for (Difference difference : ALL) {
            if (difference.scenario().equals(scenario)) {
                lines = apply(difference, lines);
            }
        }
        return lines;
    }

    private static List<String> apply(Difference difference, List<String> kafka) {
        if (!kafka.contains(difference.kafka())) {
            throw new AssertionError("stale: Apache Kafka no longer says: " + difference.kafka());
        }
        if (difference.ottla().equals(List.of(difference.kafka()))) {
            throw new AssertionError("no difference: " + difference.kafka());
        }
        List<String> lines = new ArrayList<>();
        for (String line : kafka) {
            if (line.equals(difference.kafka())) {
                lines.addAll(difference.ottla());
            } else {
                lines.add(line);
            }
        }
        return lines;
    }
}
