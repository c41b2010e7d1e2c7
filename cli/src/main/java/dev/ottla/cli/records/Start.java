package dev.ottla.cli.records;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where in each partition to begin. */
sealed interface Start {
    /** The first record that is there. */
    record Beginning() implements Start {}

    /** The record that is written next. */
    record End() implements Start {}

    /** An offset; a negative one counts back from the end. One outside the log means its nearer end. */
    record Offset(long offset) implements Start {}

    /** The first record at or after a time. */
    record Time(long timestampMs) implements Start {}

    /**
     * The offset of each partition, between its first and its next.
     *
     * @param ends the next offset of each partition
     */
    default Map<TopicPartition, Long> resolve(
            Consumer<?, ?> consumer, Map<TopicPartition, Long> ends, Duration timeout) {
        return switch (this) {
            case Beginning _ -> consumer.beginningOffsets(ends.keySet(), timeout);
            case End _ -> ends;
            case Offset at -> within(at.offset(), consumer.beginningOffsets(ends.keySet(), timeout), ends);
            case Time at -> since(at.timestampMs(), consumer, ends, timeout);
        };
    }

    private static Map<TopicPartition, Long> within(
            long offset, Map<TopicPartition, Long> firsts, Map<TopicPartition, Long> ends) {
        var offsets = new HashMap<TopicPartition, Long>();
        ends.forEach((partition, next) -> {
            long wanted = offset < 0 ? next + offset : offset;
            offsets.put(partition, Math.max(firsts.getOrDefault(partition, 0L), Math.min(next, wanted)));
        });
        return offsets;
    }

    private static Map<TopicPartition, Long> since(
            long timestampMs, Consumer<?, ?> consumer, Map<TopicPartition, Long> ends, Duration timeout) {
        var wanted = new HashMap<TopicPartition, Long>();
        ends.keySet().forEach(partition -> wanted.put(partition, timestampMs));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(wanted, timeout);
        var offsets = new HashMap<TopicPartition, Long>();
        ends.forEach((partition, next) -> {
            @Nullable OffsetAndTimestamp at = found.get(partition);
            offsets.put(partition, at == null ? next : at.offset());
        });
        return offsets;
    }
}
