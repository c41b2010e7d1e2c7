package dev.ottla.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a topic that its logs obey, typed; each bears the name of Kafka's topic setting and its default. Immutable: a live
 * change is a new one handed to {@link PartitionLog#configure}.
 *
 * @param segmentBytes segment.bytes: a segment rolls before it grows beyond this
 * @param segmentMs segment.ms: a segment rolls when record timestamps have moved on by more than this since its first batch
 * @param segmentJitterMs segment.jitter.ms: up to this much is taken off segmentMs, at random for each segment
 * @param segmentIndexBytes segment.index.bytes: a segment rolls when one of its indexes would grow beyond this
 * @param indexIntervalBytes index.interval.bytes: at most one index entry for this many bytes of log
 * @param retentionMs retention.ms; -1 keeps for ever
 * @param retentionBytes retention.bytes; -1 for no bound
 * @param fileDeleteDelayMs file.delete.delay.ms: renamed files stay this long
 * @param flushMessages flush.messages: a force is due when this many records are not forced yet
 * @param flushMs flush.ms: a force is due when the oldest unforced record is this old
 * @param deletes cleanup.policy lets old segments go
 * @param compacts cleanup.policy keeps the last record of a key
 * @param journaled ottla.journal.enable, Ottla's own: an append is acknowledged once it is in the folder's journal, on the disk
 * @param compaction when and how, if it does
 */
public record LogConfig(
        int segmentBytes,
        long segmentMs,
        long segmentJitterMs,
        int segmentIndexBytes,
        int indexIntervalBytes,
        long retentionMs,
        long retentionBytes,
        long fileDeleteDelayMs,
        long flushMessages,
        long flushMs,
        boolean deletes,
        boolean compacts,
        boolean journaled,
        CompactionConfig compaction) {
    /** Ottla's own topic setting. */
    public static final String JOURNAL_ENABLE = "ottla.journal.enable";

    private static final LogConfig DEFAULTS = new LogConfig(
            1 << 30,
            604_800_000,
            0,
            10 << 20,
            4096,
            604_800_000,
            -1,
            60_000,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            true,
            false,
            true,
            CompactionConfig.defaults());

    /** Apache Kafka 4.3.1's defaults, and the journal. */
    public static LogConfig defaults() {
        return DEFAULTS;
    }

    /**
     * From a topic's effective settings by name, already validated; a name that is missing has its default.
     *
     * @throws NumberFormatException when a value is not a number
     */
    public static LogConfig of(Map<String, String> effective) {
        LogConfig or = DEFAULTS;
        String policy = effective.getOrDefault("cleanup.policy", "delete");
        return new LogConfig(
                (int) number(effective.get("segment.bytes"), or.segmentBytes),
                number(effective.get("segment.ms"), or.segmentMs),
                number(effective.get("segment.jitter.ms"), or.segmentJitterMs),
                (int) number(effective.get("segment.index.bytes"), or.segmentIndexBytes),
                (int) number(effective.get("index.interval.bytes"), or.indexIntervalBytes),
                number(effective.get("retention.ms"), or.retentionMs),
                number(effective.get("retention.bytes"), or.retentionBytes),
                number(effective.get("file.delete.delay.ms"), or.fileDeleteDelayMs),
                number(effective.get("flush.messages"), or.flushMessages),
                number(effective.get("flush.ms"), or.flushMs),
                policy.contains("delete"),
                policy.contains("compact"),
                Boolean.parseBoolean(effective.getOrDefault(JOURNAL_ENABLE, "true")),
                CompactionConfig.of(effective));
    }

    /** Beyond how much time in its records a segment rolls: what waits to be compacted must not wait in the active one for longer. */
    public long rollMs() {
        long maxLagMs = compaction.maxLagMs();
        return compacts && maxLagMs > 0 ? Math.min(maxLagMs, segmentMs) : segmentMs;
    }

    /** The same for a log whose every byte is forced before anybody relies on it. */
    LogConfig withoutJournal() {
        return new LogConfig(
                segmentBytes,
                segmentMs,
                segmentJitterMs,
                segmentIndexBytes,
                indexIntervalBytes,
                retentionMs,
                retentionBytes,
                fileDeleteDelayMs,
                flushMessages,
                flushMs,
                deletes,
                compacts,
                false,
                compaction);
    }

    private static long number(@Nullable String text, long otherwise) {
        return text == null ? otherwise : Long.parseLong(text.trim());
    }
}
