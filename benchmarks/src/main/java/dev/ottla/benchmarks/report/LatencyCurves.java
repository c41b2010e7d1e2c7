package dev.ottla.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Latencies of all rounds together, by work and contender; drawn as curves over percentiles, one chart for each work. */
public final class LatencyCurves {
    private static final double[] PERCENTILES = {
        0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99, 99.999
    };
    private static final double[] MARKED = {50, 90, 99, 99.9, 99.99, 99.999};
    private static final double NINES = 5;
    private static final double LEFT = 90;
    private static final double WIDTH = 640;
    private static final double HEIGHT = 240;
    private static final double CHART = 330;
    private static final List<String> COLOURS = List.of("#2e8b57", "#c0392b", "#2980b9", "#8e44ad");
    private static final String GRID = "#dddddd";

    private final Map<String, Map<String, Histogram>> byWork = new LinkedHashMap<>();

    /** @param nanos is copied */
    public void add(String work, String contender, Histogram nanos) {
        Map<String, Histogram> own = byWork.computeIfAbsent(work, _ -> new LinkedHashMap<>());
        Histogram before = own.get(contender);
        if (before == null) {
            own.put(contender, nanos.copy());
        } else {
            before.add(nanos);
        }
    }

    boolean isEmpty() {
        return byWork.isEmpty();
    }

    /** By work and contender: percentile and microseconds, in turn. */
    Map<String, Object> points() {
        Map<String, Object> all = new LinkedHashMap<>();
        byWork.forEach((work, contenders) -> {
            Map<String, Object> own = new LinkedHashMap<>();
            contenders.forEach((contender, nanos) -> {
                Map<String, Object> points = new LinkedHashMap<>();
                for (double percentile : PERCENTILES) {
                    points.put(Double.toString(percentile), us(nanos, percentile));
                }
                points.put("max", nanos.getMaxValue() / 1e3);
                points.put("count", nanos.getTotalCount());
                own.put(contender, points);
            });
            all.put(work, own);
        });
        return all;
    }

    String svg() {
        Svg svg = new Svg();
        int index = 0;
        for (Map.Entry<String, Map<String, Histogram>> chart : byWork.entrySet()) {
            draw(svg, chart.getKey(), chart.getValue(), 40 + index * CHART);
            index++;
        }
        return svg.document(LEFT + WIDTH + 40, Math.max(1, index) * CHART + 20);
    }

    private static void draw(Svg svg, String title, Map<String, Histogram> contenders, double top) {
        double lowest = Double.MAX_VALUE;
        double highest = 1;
        for (Histogram nanos : contenders.values()) {
            lowest = Math.min(lowest, us(nanos, 0));
            highest = Math.max(highest, us(nanos, PERCENTILES[PERCENTILES.length - 1]));
        }
        int from = (int) Math.floor(Math.log10(Math.max(1, lowest)));
        int to = Math.max(from + 1, (int) Math.ceil(Math.log10(highest)));
        svg.text(LEFT, top - 12, "start", 14, title + ", us by percentile");
        for (int power = from; power <= to; power++) {
            double y = y(Math.pow(10, power), from, to, top);
            svg.line(LEFT, y, LEFT + WIDTH, y, GRID, 1);
            svg.text(LEFT - 8, y + 4, "end", 10, String.format(Locale.ROOT, "%,.0f", Math.pow(10, power)));
        }
        for (double percentile : MARKED) {
            svg.line(x(percentile), top, x(percentile), top + HEIGHT, GRID, 1);
            svg.text(x(percentile), top + HEIGHT + 16, "middle", 10, Double.toString(percentile));
        }
        int index = 0;
        for (Map.Entry<String, Histogram> contender : contenders.entrySet()) {
            String colour = COLOURS.get(index % COLOURS.size());
            List<String> points = new ArrayList<>();
            for (double percentile : PERCENTILES) {
                double y = y(us(contender.getValue(), percentile), from, to, top);
                points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(percentile), y));
            }
            svg.polyline(String.join(" ", points), colour);
            svg.rectangle(LEFT + 10, top + 10 + index * 18, 12, 12, colour);
            svg.text(LEFT + 28, top + 20 + index * 18, "start", 12, contender.getKey());
            index++;
        }
    }

    private static double us(Histogram nanos, double percentile) {
        return (percentile == 0 ? nanos.getMinValue() : nanos.getValueAtPercentile(percentile)) / 1e3;
    }

    private static double x(double percentile) {
        double nines = -Math.log10(Math.max(1e-9, 1 - percentile / 100));
        return LEFT + WIDTH * Math.min(NINES, nines) / NINES;
    }

    private static double y(double us, int from, int to, double top) {
        double share = (Math.log10(Math.max(1, us)) - from) / (to - from);
        return top + HEIGHT * (1 - Math.clamp(share, 0, 1));
    }
}
