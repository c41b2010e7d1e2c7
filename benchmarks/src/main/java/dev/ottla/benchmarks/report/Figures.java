package dev.ottla.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every figure of every round, by name and contender; printed as medians with their range, the ratio of the first contender's median to each other's, and
 * whether aims are met.
 */
public final class Figures {
    private static final String NONE = "not measured";

    private final List<String> contenders;
    private final Optional<String> peer;
    private final Map<String, Map<String, List<Double>>> byName = new LinkedHashMap<>();
    private final Map<String, Set<Aim>> aims = new LinkedHashMap<>();

    /**
     * Nothing measured yet.
     *
     * @param contenders by what they are called; the first is the one that the others are compared with
     * @param peer the other one that aims and pictures speak of
     */
    public Figures(List<String> contenders, Optional<String> peer) {
        this.contenders = List.copyOf(contenders);
        this.peer = peer;
    }

    public void add(String name, String contender, double value, Aim... aimedAt) {
        byName.computeIfAbsent(name, _ -> new LinkedHashMap<>())
                .computeIfAbsent(contender, _ -> new ArrayList<>())
                .add(value);
        aims.computeIfAbsent(name, _ -> new LinkedHashSet<>()).addAll(List.of(aimedAt));
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    List<String> names() {
        return List.copyOf(byName.keySet());
    }

    List<String> contenders() {
        return contenders;
    }

    Map<String, List<Double>> values(String name) {
        return byName.getOrDefault(name, Map.of());
    }

    Set<Aim> aims(String name) {
        return aims.getOrDefault(name, Set.of());
    }

    OptionalDouble median(String name, String contender) {
        List<Double> values = values(name).getOrDefault(contender, List.of());
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Values.median(values));
    }

    /** The first contender's median divided by another's. */
    OptionalDouble ratio(String name, String other) {
        OptionalDouble first = median(name, contenders.getFirst());
        OptionalDouble second = median(name, other);
        return first.isEmpty() || second.isEmpty() || second.getAsDouble() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(first.getAsDouble() / second.getAsDouble());
    }

    OptionalDouble ratioToPeer(String name) {
        return peer.isEmpty() ? OptionalDouble.empty() : ratio(name, peer.get());
    }

    /** Whether an aim is met; nothing when what it takes was not measured. */
    Optional<Boolean> isMet(String name, Aim aim) {
        OptionalDouble value = aim.kind().isOfRatio() ? ratioToPeer(name) : median(name, contenders.getFirst());
        return value.isEmpty() ? Optional.empty() : Optional.of(aim.isMet(value.getAsDouble()));
    }

    /** As Markdown. */
    public String table() {
        boolean withAims = aims.values().stream().anyMatch(each -> !each.isEmpty());
        List<String> others = contenders.subList(1, contenders.size());
        List<String> head = new ArrayList<>(List.of("figure"));
        contenders.forEach(each -> head.add(each + ": median (min to max)"));
        others.forEach(each -> head.add(contenders.getFirst() + " / " + each));
        if (withAims) {
            head.addAll(List.of("aim", "met"));
        }
        StringBuilder out = new StringBuilder(line(head))
                .append(line(head.stream().map(_ -> "---").toList()));
        for (String name : byName.keySet()) {
            List<String> cells = new ArrayList<>(List.of(name));
            contenders.forEach(each -> cells.add(cell(name, each)));
            others.forEach(each -> cells.add(text(ratio(name, each))));
            if (withAims) {
                cells.add(aims(name).stream().map(Aim::text).collect(Collectors.joining("; ")));
                cells.add(aims(name).stream().map(aim -> met(name, aim)).collect(Collectors.joining("; ")));
            }
            out.append(line(cells));
        }
        return out.toString();
    }

    private String cell(String name, String contender) {
        List<Double> values = values(name).getOrDefault(contender, List.of());
        return values.isEmpty() ? NONE : Values.cell(values);
    }

    private String met(String name, Aim aim) {
        return isMet(name, aim).map(met -> met ? "yes" : "NO").orElse("?");
    }

    private static String text(OptionalDouble ratio) {
        return ratio.isEmpty() ? "" : Values.text(ratio.getAsDouble());
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
