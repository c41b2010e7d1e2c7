package dev.ottla.conformance;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
     */
    void check(String when, TopicPartition partition, List<Found> found) {
        Set<String> values = new HashSet<>();
        for (int i = 0; i < found.size(); i++) {
            Found record = found.get(i);
            if (record.offset() != i) {
                throw new AssertionError(
                        "%s: %s has offset %d where %d follows".formatted(when, partition, record.offset(), i));
            }
            if (!values.add(record.value())) {
                throw new AssertionError(
                        "%s: %s has twice, again at %d: %s".formatted(when, partition, i, record.value()));
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
