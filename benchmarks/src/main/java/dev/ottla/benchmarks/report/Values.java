package dev.ottla.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Figures of several rounds. */
final class Values {
    private Values() {}

    static double median(List<Double> values) {
        double[] sorted = sorted(values);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Median and range. */
    static String cell(List<Double> values) {
        double[] sorted = sorted(values);
        return values.size() == 1
                ? text(sorted[0])
                : text(median(values)) + " (" + text(sorted[0]) + " to " + text(sorted[sorted.length - 1]) + ")";
    }

    static String text(double value) {
        double size = Math.abs(value);
        return String.format(
                Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f", value);
    }

    private static double[] sorted(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
