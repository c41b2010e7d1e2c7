package dev.ottla.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each piece of work took of each broker's process: a second table, one line for a piece and a contender. */
public final class Details {
    private final Map<String, Map<String, Map<String, List<Double>>>> byPiece = new LinkedHashMap<>();

    public void add(String piece, String contender, Map<String, Double> metrics) {
        Map<String, List<Double>> own = byPiece.computeIfAbsent(piece, _ -> new LinkedHashMap<>())
                .computeIfAbsent(contender, _ -> new LinkedHashMap<>());
        metrics.forEach((metric, value) ->
                own.computeIfAbsent(metric, _ -> new ArrayList<>()).add(value));
    }

    boolean isEmpty() {
        return byPiece.isEmpty();
    }

    Map<String, Map<String, Map<String, List<Double>>>> all() {
        return byPiece;
    }

    /** As Markdown: medians. */
    public String table() {
        Set<String> metrics = new LinkedHashSet<>();
        byPiece.values().forEach(piece -> piece.values().forEach(own -> metrics.addAll(own.keySet())));
        StringBuilder out = new StringBuilder("| work | broker | " + String.join(" | ", metrics) + " |\n");
        out.append("| --- | --- |").append(" --- |".repeat(metrics.size())).append('\n');
        byPiece.forEach((piece, contenders) -> contenders.forEach((contender, own) -> {
            out.append("| ").append(piece).append(" | ").append(contender).append(" |");
            for (String metric : metrics) {
                List<Double> values = own.getOrDefault(metric, List.of());
                out.append(' ')
                        .append(values.isEmpty() ? "" : Values.text(Values.median(values)))
                        .append(" |");
            }
            out.append('\n');
        }));
        return out.toString();
    }
}
