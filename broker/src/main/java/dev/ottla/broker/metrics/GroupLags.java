package dev.ottla.broker.metrics;

import java.util.List;

/**
 * How far consumer groups are behind.
 *
 * @param leftOut partitions of groups beyond {@link #MAX_PARTITIONS}
 */
public record GroupLags(List<Lag> lags, long leftOut) {
    /** Partitions of groups that are told of, so that no page grows with what clients make up. */
    public static final int MAX_PARTITIONS = 10_000;

    /** @param records from the committed offset to the high watermark; never negative */
    public record Lag(String groupId, String topic, int partition, long records) {}

    void write(PrometheusText page) {
        String name = "ottla_group_lag_records";
        page.metric(name, "gauge", "Records from a group's committed offset to the high watermark");
        for (Lag lag : lags) {
            page.sample(
                    name,
                    lag.records(),
                    "group",
                    lag.groupId(),
                    "topic",
                    lag.topic(),
                    "partition",
                    Integer.toString(lag.partition()));
        }
        String more = "ottla_group_lag_left_out";
        page.metric(more, "gauge", "Partitions of groups beyond the " + MAX_PARTITIONS + " that are listed")
                .sample(more, leftOut);
    }
}
