package dev.ottla.coordinator.group;

import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.event.OffsetForgotten;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The committed offsets of many groups: group, topic, partition. */
public final class OffsetStore {
    private final Map<String, Map<String, SortedMap<Integer, CommittedOffset>>> byGroup = new HashMap<>();

    public void apply(OffsetCommitted event) {
        byGroup.computeIfAbsent(event.groupId(), group -> new HashMap<>())
                .computeIfAbsent(event.topic(), topic -> new TreeMap<>())
                .put(event.partition(), event.committed());
    }

    public void apply(OffsetForgotten event) {
        Map<String, SortedMap<Integer, CommittedOffset>> topics = byGroup.get(event.groupId());
        SortedMap<Integer, CommittedOffset> partitions = topics == null ? null : topics.get(event.topic());
        if (topics == null || partitions == null) {
            return;
        }
        partitions.remove(event.partition());
        if (partitions.isEmpty()) {
            topics.remove(event.topic());
        }
        if (topics.isEmpty()) {
            byGroup.remove(event.groupId());
        }
    }

    public @Nullable CommittedOffset get(String groupId, String topic, int partition) {
        return ofTopic(groupId, topic).get(partition);
    }

    /** By topic and partition; a view. */
    public Map<String, SortedMap<Integer, CommittedOffset>> ofGroup(String groupId) {
        return Collections.unmodifiableMap(byGroup.getOrDefault(groupId, Map.of()));
    }

    /** By partition; a view. */
    public SortedMap<Integer, CommittedOffset> ofTopic(String groupId, String topic) {
        SortedMap<Integer, CommittedOffset> partitions = ofGroup(groupId).get(topic);
        return Collections.unmodifiableSortedMap(partitions == null ? new TreeMap<>() : partitions);
    }

    /** Groups that have an offset. */
    public Iterable<String> groups() {
        return Collections.unmodifiableSet(byGroup.keySet());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OffsetStore store && store.byGroup.equals(byGroup);
    }

    @Override
    public int hashCode() {
        return byGroup.hashCode();
    }

    @Override
    public String toString() {
        return byGroup.toString();
    }
}
