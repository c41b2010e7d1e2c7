package dev.ottla.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Every figure of every round, by name and contender; printed as medians with their range and the ratio of the medians. */
final class Figures {
    private final Map<String, Map<Contender, List<Double>>> byName = new LinkedHashMap<>();

    void add(String name, Contender contender, double value) {
        byName.computeIfAbsent(name, key -> new EnumMap<>(Contender.class))
                .computeIfAbsent(contender, key -> new ArrayList<>())
                .add(value);
    }

    String table() {
        StringBuilder out = new StringBuilder();
        out.append(
                "| figure | Ottla: median (min to max) | Apache Kafka 4.3.1: median (min to max) | Ottla / Kafka |\n");
        out.append("| --- | --- | --- | --- |\n");
        byName.forEach((name, values) -> out.append("| ")
                .append(name)
                .append(" | ")
                .append(cell(values.get(Contender.OTTLA)))
                .append(" | ")
                .append(cell(values.get(Contender.KAFKA)))
                .append(" | ")
                .append(ratio(values))
                .append(" |\n"));
        return out.toString();
    }

    private static String cell(@org.jspecify.annotations.Nullable List<Double> values) {
        if (values == null || values.isEmpty()) {
            return "not measured";
        }
        double[] sorted = sorted(values);
        return text(median(sorted)) + " (" + text(sorted[0]) + " to " + text(sorted[sorted.length - 1]) + ")";
    }

    private static String ratio(Map<Contender, List<Double>> values) {
        List<Double> ottla = values.get(Contender.OTTLA);
        List<Double> kafka = values.get(Contender.KAFKA);
        return ottla == null || kafka == null
                ? ""
                : String.format(Locale.ROOT, "%.2f", median(sorted(ottla)) / median(sorted(kafka)));
    }

    private static double[] sorted(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
