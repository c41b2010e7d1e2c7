package dev.ottla.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every figure of every round, by name and contender; printed as medians with their range and the ratio of the first contender's medians to the others'. */
final class Figures {
    private final List<Contender> contenders;
    private final Map<String, Map<Contender, List<Double>>> byName = new LinkedHashMap<>();

    Figures(List<Contender> contenders) {
        this.contenders = List.copyOf(contenders);
    }

    void add(String name, Contender contender, double value) {
        byName.computeIfAbsent(name, key -> new EnumMap<>(Contender.class))
                .computeIfAbsent(contender, key -> new ArrayList<>())
                .add(value);
    }

    String table() {
        StringBuilder out = new StringBuilder("| figure |");
        StringBuilder line = new StringBuilder("\n| --- |");
        for (Contender contender : contenders) {
            out.append(' ').append(contender.title()).append(": median (min to max) |");
            line.append(" --- |");
        }
        for (Contender other : contenders.subList(1, contenders.size())) {
            out.append(' ')
                    .append(contenders.getFirst().title())
                    .append(" / ")
                    .append(other.title())
                    .append(" |");
            line.append(" --- |");
        }
        out.append(line).append('\n');
        byName.forEach((name, values) -> out.append(row(name, values)));
        return out.toString();
    }

    private String row(String name, Map<Contender, List<Double>> values) {
        StringBuilder row = new StringBuilder("| ").append(name).append(" |");
        for (Contender contender : contenders) {
            row.append(' ').append(cell(values.get(contender))).append(" |");
        }
        for (Contender other : contenders.subList(1, contenders.size())) {
            row.append(' ')
                    .append(ratio(values.get(contenders.getFirst()), values.get(other)))
                    .append(" |");
        }
        return row.append('\n').toString();
    }

    private static String cell(@Nullable List<Double> values) {
        if (values == null || values.isEmpty()) {
            return "not measured";
        }
        double[] sorted = sorted(values);
        return text(median(sorted)) + " (" + text(sorted[0]) + " to " + text(sorted[sorted.length - 1]) + ")";
    }

    private static String ratio(@Nullable List<Double> first, @Nullable List<Double> other) {
        return first == null || other == null
                ? ""
                : String.format(Locale.ROOT, "%.2f", median(sorted(first)) / median(sorted(other)));
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
