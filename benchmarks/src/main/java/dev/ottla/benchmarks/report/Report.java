package dev.ottla.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A whole run: printed, and written into a folder as JSON and as pictures, after each round anew. */
public final class Report {
    private final Map<String, Object> about = new LinkedHashMap<>();
    private final List<WorkResult> works = new ArrayList<>();
    private final List<Fraction> fractions;

    /**
     * A figure as a fraction of what the machine can do.
     *
     * @param limit a figure of the machine
     * @param figure a figure of brokers, in the same unit
     */
    public record Fraction(String limit, String figure) {}

    /** @param about facts of the run, for the JSON */
    public Report(Map<String, Object> about, List<Fraction> fractions) {
        this.about.putAll(about);
        this.fractions = List.copyOf(fractions);
    }

    public WorkResult add(WorkResult work) {
        works.add(work);
        return work;
    }

    public void finished(int rounds) {
        about.put("rounds finished", rounds);
    }

    public String text() {
        StringBuilder out = new StringBuilder();
        works.forEach(work -> out.append(work.text()));
        String limits = limits();
        return limits.isEmpty()
                ? out.toString()
                : out.append("### Beside the machine's limits\n\n")
                        .append(limits)
                        .toString();
    }

    /** Takes away what an earlier run wrote, so that its pictures are not taken for this run's. */
    public static void clear(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var old = Files.newDirectoryStream(folder, "{results.json,ratios.svg,latency-*.svg}")) {
            for (Path file : old) {
                Files.delete(file);
            }
        }
    }

    /** {@code results.json}, {@code ratios.svg} and, when latencies were measured, a {@code latency-WORK.svg} for each such work. */
    public void write(Path folder) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>(about);
        json.put("written", Instant.now().toString());
        json.put("works", works.stream().map(WorkResult::json).toList());
        Files.writeString(folder.resolve("results.json"), Json.text(json));
        RatioBars bars = new RatioBars();
        works.forEach(work -> bars.add(work.figures()));
        Files.writeString(folder.resolve("ratios.svg"), bars.svg("Ottla / Apache Kafka"));
        for (WorkResult work : works) {
            if (!work.curves().isEmpty()) {
                Files.writeString(
                        folder.resolve("latency-" + work.name() + ".svg"),
                        work.curves().svg());
            }
        }
    }

    private String limits() {
        StringBuilder rows = new StringBuilder();
        for (Fraction fraction : fractions) {
            Optional<WorkResult> limit = holding(fraction.limit());
            Optional<WorkResult> work = holding(fraction.figure());
            if (limit.isPresent() && work.isPresent()) {
                Figures machine = limit.get().figures();
                OptionalDouble most =
                        machine.median(fraction.limit(), machine.contenders().getFirst());
                Figures figures = work.get().figures();
                for (String contender : figures.contenders()) {
                    figures.median(fraction.figure(), contender)
                            .ifPresent(value -> rows.append("| ")
                                    .append(fraction.figure())
                                    .append(" | ")
                                    .append(contender)
                                    .append(" | ")
                                    .append(Values.text(value))
                                    .append(" | ")
                                    .append(fraction.limit())
                                    .append(" | ")
                                    .append(Values.text(most.orElse(Double.NaN)))
                                    .append(" | ")
                                    .append(Values.text(value / most.orElse(Double.NaN)))
                                    .append(" |\n"));
                }
            }
        }
        return rows.isEmpty()
                ? ""
                : "| figure | broker | median | the machine's | median | fraction |\n| --- | --- | --- | --- | --- | --- |\n"
                        + rows;
    }

    private Optional<WorkResult> holding(String figure) {
        return works.stream()
                .filter(work -> work.figures().names().contains(figure))
                .findFirst();
    }
}
