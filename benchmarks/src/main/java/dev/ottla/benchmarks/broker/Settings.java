package dev.ottla.benchmarks.broker;

import java.util.Arrays;
import java.util.List;

/** How much is done, from system properties {@code ottla.benchmark.NAME}. */
public final class Settings {
    private Settings() {}

    public static long number(String name, long usual) {
        return Long.parseLong(text(name, Long.toString(usual)));
    }

    public static int count(String name, int usual) {
        return Math.toIntExact(number(name, usual));
    }

    public static double seconds(String name, double usual) {
        return Double.parseDouble(text(name, Double.toString(usual)));
    }

    public static List<Integer> counts(String name, String usual) {
        return words(name, usual).stream().map(Integer::valueOf).toList();
    }

    public static List<String> words(String name, String usual) {
        String text = text(name, usual);
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
    }

    public static String text(String name, String usual) {
        return System.getProperty("ottla.benchmark." + name, usual);
    }
}
