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

    /**
     * Fails unless offsets are dense from 0, no value is there twice, and every acknowledged record is where it was acknowledged.
     *
     * @param found the whole partition, in the order it was read
     * @param batchAt what to say of the batch at an offset when a value is there twice: who wrote it, with which sequence
     */
    void check(String when, TopicPartition partition, List<Found> found, LongFunction<String> batchAt) {
        Map<String, Integer> values = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            Found record = found.get(i);
            if (record.offset() != i) {
                throw new AssertionError(
                        "%s: %s has offset %d where %d follows".formatted(when, partition, record.offset(), i));
            }
            Integer first = values.putIfAbsent(record.value(), i);
            if (first != null) {
                throw new AssertionError("%s: %s has the same twice: %s\n  at %d in %s\n  at %d in %s"
                        .formatted(when, partition, record.value(), first, batchAt.apply(first), i, batchAt.apply(i)));
            }
        }
        acked.getOrDefault(partition, Map.of()).forEach((offset, value) -> {
            String there = offset < found.size() ? found.get(offset.intValue()).value() : "nothing";
            if (!there.equals(value)) {
                throw new AssertionError(
                        "%s: %s at %d should be %s, but is %s".formatted(when, partition, offset, value, there));
            }
        });
    }
}
