package dev.ottla.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A picture of ratios: a bar for each figure from 1 to its ratio, on a logarithmic scale, with the aim marked. */
public final class RatioBars {
    private static final double LOWEST = 1.0 / 64;
    private static final double HIGHEST = 64;
    private static final double LEFT = 520;
    private static final double WIDTH = 560;
    private static final double ROW = 22;
    private static final double TOP = 64;
    private static final double RIGHT = 60;
    private static final String MET = "#2e8b57";
    private static final String MISSED = "#c0392b";
    private static final String NO_AIM = "#7f8fa6";
    private static final String GRID = "#dddddd";
    private static final String DARK = "#222222";

    private final List<Bar> bars = new ArrayList<>();

    /** @param isMet nothing when the figure has no aim */
    record Bar(String name, double ratio, OptionalDouble aim, Optional<Boolean> isMet) {}

    /** One for each figure that was measured for both the first contender and its peer. */
    void add(Figures figures) {
        for (String name : figures.names()) {
            OptionalDouble ratio = figures.ratioToPeer(name);
            Optional<Aim> aim = figures.aims(name).stream()
                    .filter(each -> each.kind().isOfRatio())
                    .findFirst();
            if (ratio.isPresent() && ratio.getAsDouble() > 0) {
                bars.add(new Bar(
                        name,
                        ratio.getAsDouble(),
                        aim.map(each -> OptionalDouble.of(each.bound())).orElseGet(OptionalDouble::empty),
                        aim.flatMap(each -> figures.isMet(name, each))));
            }
        }
    }

    String svg(String title) {
        Svg svg = new Svg();
        double bottom = TOP + bars.size() * ROW;
        svg.text(12, 22, "start", 16, title);
        svg.text(
                12,
                40,
                "start",
                11,
                "Bar: ratio of the medians. Black mark: the aim. Green: met, red: not met, grey: no aim.");
        for (double at = LOWEST; at <= HIGHEST; at *= 2) {
            svg.line(x(at), TOP - 6, x(at), bottom, at == 1 ? DARK : GRID, 1);
            svg.text(x(at), TOP - 8, "middle", 10, at >= 1 ? Math.round(at) + "" : "1/" + Math.round(1 / at));
        }
        double y = TOP;
        for (Bar bar : bars) {
            double from = Math.min(x(1), x(bar.ratio()));
            String colour = bar.isMet().map(met -> met ? MET : MISSED).orElse(NO_AIM);
            svg.rectangle(from, y + 4, Math.abs(x(bar.ratio()) - x(1)), ROW - 8, colour);
            if (bar.aim().isPresent()) {
                double aim = x(bar.aim().getAsDouble());
                svg.line(aim, y + 1, aim, y + ROW - 1, DARK, 2.5);
            }
            svg.text(LEFT - 8, y + 15, "end", 11, bar.name());
            svg.text(LEFT + WIDTH + 8, y + 15, "start", 11, Values.text(bar.ratio()));
            y += ROW;
        }
        return svg.document(LEFT + WIDTH + RIGHT, bottom + 16);
    }

    private static double x(double ratio) {
        double within = Math.clamp(ratio, LOWEST, HIGHEST);
        return LEFT + WIDTH * Math.log(within / LOWEST) / Math.log(HIGHEST / LOWEST);
    }
}
