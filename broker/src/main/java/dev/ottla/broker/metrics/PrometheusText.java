package dev.ottla.broker.metrics;

/** Builds a page in Prometheus' text format 0.0.4. */
final class PrometheusText {
    private final StringBuilder text = new StringBuilder(8192);

    /** Starts a metric; its samples follow. */
    PrometheusText metric(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /** @param labels pairs of name and value */
    PrometheusText sample(String name, long value, String... labels) {
        return series(name, labels, Long.toString(value));
    }

    /** @param labels pairs of name and value */
    PrometheusText fraction(String name, double value, String... labels) {
        return series(name, labels, Double.toString(value));
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private PrometheusText series(String name, String[] labels, String value) {
        text.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escaped(labels[i + 1]);
            text.append('"');
        }
        text.append(labels.length == 0 ? " " : "} ").append(value).append('\n');
        return this;
    }

    private void escaped(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
    }
}
