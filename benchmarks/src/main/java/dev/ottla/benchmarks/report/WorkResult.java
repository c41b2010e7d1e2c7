package dev.ottla.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What came of one work so far. */
public final class WorkResult {
    private final String name;
    private final String what;
    private final Figures figures;
    private final Details details = new Details();
    private final LatencyCurves curves = new LatencyCurves();
    private final Map<String, String> commands = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    public WorkResult(String name, String what, List<String> contenders, Optional<String> peer) {
        this.name = name;
        this.what = what;
        this.figures = new Figures(contenders, peer);
    }

    public Figures figures() {
        return figures;
    }

    public Details details() {
        return details;
    }

    public LatencyCurves curves() {
        return curves;
    }

    /** How a contender was started; the first start counts. */
    public void command(String contender, String command) {
        commands.putIfAbsent(contender, command);
    }

    public void failed(String failure) {
        failures.add(failure);
    }

    String name() {
        return name;
    }

    String text() {
        StringBuilder out = new StringBuilder("### " + name + ": " + what + "\n\n");
        failures.forEach(failure -> out.append("FAILED: ").append(failure).append("\n\n"));
        if (!figures.isEmpty()) {
            out.append(figures.table()).append('\n');
        }
        if (!details.isEmpty()) {
            out.append(details.table()).append('\n');
        }
        return out.toString();
    }

    Map<String, Object> json() {
        List<Object> all = new ArrayList<>();
        for (String figure : figures.names()) {
            all.add(json(figure));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("work", name);
        json.put("what", what);
        json.put("contenders", figures.contenders());
        json.put("commands", commands);
        json.put("failures", failures);
        json.put("figures", all);
        json.put("details", details.all());
        json.put("latencies", curves.points());
        return json;
    }

    private Map<String, Object> json(String figure) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("figure", figure);
        json.put("values", figures.values(figure));
        Map<String, Object> ratios = new LinkedHashMap<>();
        for (String other : figures.contenders().subList(1, figures.contenders().size())) {
            figures.ratio(figure, other).ifPresent(ratio -> ratios.put(other, ratio));
        }
        json.put("ratios", ratios);
        List<Object> aims = new ArrayList<>();
        for (Aim aim : figures.aims(figure)) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("aim", aim.text());
            one.put("met", figures.isMet(figure, aim).orElse(null));
            aims.add(one);
        }
        json.put("aims", aims);
        return json;
    }
}
