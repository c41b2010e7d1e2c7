package dev.ottla.conformance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.apache.kafka.common.TopicPartition;

/** What a broker has acknowledged, all of it unique values, and what that demands of a partition read back. */
final class AckedHistory {
    private final Map<TopicPartition, Map<Long, String>> acked = new ConcurrentHashMap<>();

    /** A record as read back. */
    record Found(long offset, String value) {}

    /** From any thread. */
    void add(TopicPartition partition, long offset, String value) {
        acked.computeIfAbsent(partition, _ -> new ConcurrentHashMap<>()).put(offset, value);
    }

    /** A topic that is gone by will. */
    void forget(String topic) {
        acked.keySet().removeIf(partition -> partition.topic().equals(topic));
    }

    /** The records of a partition below an offset were deleted by will. */
    void forget(TopicPartition partition, long beforeOffset) {
        acked.getOrDefault(partition, new ConcurrentHashMap<>()).keySet().removeIf(offset -> offset < beforeOffset);
    }

    /** What is acknowledged by now. */
    AckedHistory snapshot() {
        AckedHistory copy = new AckedHistory();
        acked.forEach((partition, offsets) -> copy.acked.put(partition, new ConcurrentHashMap<>(offsets)));
        return copy;
    }

    /** How many are acknowledged and not forgotten. */
    int size() {
        return acked.values().stream().mapToInt(Map::size).sum();
    }

    /** As {@link #check(String, TopicPartition, long, List, LongFunction)} of a partition that begins at 0. */
    void check(String when, TopicPartition partition, List<Found> found, LongFunction<String> batchAt) {
        check(when, partition, 0, found, batchAt);
    }

    /**
     * Fails unless offsets are dense from the start, no value is there twice, and every acknowledged record is where it was acknowledged.
     *
     * @param start the offset that the partition begins at
     * @param found the whole partition, in the order it was read
     * @param batchAt what to say of the batch at an offset when a value is there twice: who wrote it, with which sequence
     */
    void check(String when, TopicPartition partition, long start, List<Found> found, LongFunction<String> batchAt) {
        Map<String, Long> values = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            Found record = found.get(i);
            long at = start + i;
            if (record.offset() != at) {
                throw new AssertionError(
                        "%s: %s has offset %d where %d follows".formatted(when, partition, record.offset(), at));
            }
            Long first = values.putIfAbsent(record.value(), at);
            if (first != null) {
                throw new AssertionError("%s: %s has the same twice: %s\n  at %d in %s\n  at %d in %s"
                        .formatted(
                                when, partition, record.value(), first, batchAt.apply(first), at, batchAt.apply(at)));
            }
        }
        acked.getOrDefault(partition, Map.of()).forEach((offset, value) -> {
            int index = (int) (offset - start);
            String there = index >= 0 && index < found.size() ? found.get(index).value() : "nothing";
            if (!there.equals(value)) {
                throw new AssertionError(
                        "%s: %s at %d should be %s, but is %s".formatted(when, partition, offset, value, there));
            }
        });
    }
}
