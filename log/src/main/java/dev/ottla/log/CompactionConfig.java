package dev.ottla.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a topic that compaction obeys, by Kafka's names and defaults.
 *
 * @param minDirtyRatio min.cleanable.dirty.ratio: a log is cleaned when more than this part of what may be cleaned is dirty
 * @param minLagMs min.compaction.lag.ms: younger records are left alone
 * @param maxLagMs max.compaction.lag.ms: a log with older dirty records is cleaned whatever its ratio
 * @param deleteRetentionMs delete.retention.ms: tombstones and transaction markers stay this long after they were first cleaned
 */
public record CompactionConfig(double minDirtyRatio, long minLagMs, long maxLagMs, long deleteRetentionMs) {
    private static final CompactionConfig DEFAULTS = new CompactionConfig(0.5, 0, Long.MAX_VALUE, 86_400_000);

    /** Apache Kafka 4.3.1's defaults. */
    public static CompactionConfig defaults() {
        return DEFAULTS;
    }

    /** From a topic's effective settings by name, already validated; a name that is missing has its default. */
    static CompactionConfig of(Map<String, String> effective) {
        String ratio = effective.get("min.cleanable.dirty.ratio");
        return new CompactionConfig(
                ratio == null ? DEFAULTS.minDirtyRatio : Double.parseDouble(ratio.trim()),
                number(effective.get("min.compaction.lag.ms"), DEFAULTS.minLagMs),
                number(effective.get("max.compaction.lag.ms"), DEFAULTS.maxLagMs),
                number(effective.get("delete.retention.ms"), DEFAULTS.deleteRetentionMs));
    }

    private static long number(@Nullable String text, long otherwise) {
        return text == null ? otherwise : Long.parseLong(text.trim());
    }
}
