package dev.ottla.coordinator.core;

import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.event.OffsetForgotten;
import dev.ottla.coordinator.event.OffsetPending;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a plain reading of the log finds. */
final class PendingOffsetsModel {
    record Key(String group, String topic, int partition) {}

    record Written(long offset, long atMs, int place) {}

    private final Map<Key, Written> committed = new HashMap<>();
    private final Map<Long, Map<Key, Written>> pending = new HashMap<>();
    private int overtaken;

    void read(GroupEvent event, int place) {
        switch (event) {
            case OffsetCommitted plain -> committed.put(keyOf(plain), of(plain, place));
            case OffsetPending sent ->
                pending.computeIfAbsent(sent.producerId(), id -> new HashMap<>())
                        .put(keyOf(sent.offset()), of(sent.offset(), place));
            case OffsetForgotten gone -> {
                Key key = new Key(gone.groupId(), gone.topic(), gone.partition());
                committed.remove(key);
                pending.values().forEach(each -> each.remove(key));
            }
            default -> {}
        }
    }

    void end(long producerId, boolean commit) {
        Map<Key, Written> ended = pending.remove(producerId);
        if (ended == null || !commit) {
            return;
        }
        ended.forEach((key, written) -> {
            Written present = committed.get(key);
            if (present == null || present.place() < written.place()) {
                committed.put(key, written);
            } else {
                overtaken++;
            }
        });
    }

    boolean isUnstable(Key key) {
        return pending.values().stream().anyMatch(each -> each.containsKey(key));
    }

    private static Key keyOf(OffsetCommitted offset) {
        return new Key(offset.groupId(), offset.topic(), offset.partition());
    }

    private static Written of(OffsetCommitted offset, int place) {
        return new Written(offset.committed().offset(), offset.committed().commitTimestampMs(), place);
    }

    Map<Key, Written> committed() {
        return committed;
    }

    int overtaken() {
        return overtaken;
    }

    boolean hasPending(String group) {
        return pending.values().stream()
                .flatMap(each -> each.keySet().stream())
                .anyMatch(key -> key.group().equals(group));
    }

    /** What was committed then or before, outside any open transaction: these groups have no members that would keep it. */
    Set<Key> over(long atMs) {
        Set<Key> over = new HashSet<>();
        committed.forEach((key, written) -> {
            if (written.atMs() <= atMs && !isUnstable(key)) {
                over.add(key);
            }
        });
        return over;
    }
}
