package dev.ottla.coordinator.runtime;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines as data, at most one for each key. Putting a deadline off, as every heartbeat does, only notes the new time; the old place in the queue
 * is mended when it comes up.
 *
 * @param <K> what is due
 */
public final class Timers<K> {
    private final Map<K, Slot<K>> slots = new HashMap<>();
    private final PriorityQueue<Place<K>> queue = new PriorityQueue<>(Comparator.comparingLong(Place::atMs));

    private static final class Slot<K> {
        private final K key;
        private long dueMs;
        /** The one place in the queue that counts. */
        private long filedMs;

        Slot(K key, long dueMs) {
            this.key = key;
            this.dueMs = dueMs;
        }
    }

    private record Place<K>(Slot<K> slot, long atMs) {}

    /** Sets the key's deadline, instead of the one it had. */
    public void set(K key, long dueMs) {
        Slot<K> slot = slots.get(key);
        if (slot == null) {
            slot = new Slot<>(key, dueMs);
            slots.put(key, slot);
            file(slot);
            return;
        }
        slot.dueMs = dueMs;
        if (dueMs < slot.filedMs) {
            file(slot);
        }
    }

    public void cancel(K key) {
        slots.remove(key);
    }

    public boolean isSet(K key) {
        return slots.containsKey(key);
    }

    /** When to look again: not later than the first deadline; {@code Long.MAX_VALUE} when there is none. */
    public long nextMs() {
        Place<K> first = queue.peek();
        return first == null ? Long.MAX_VALUE : first.atMs();
    }

    /** Takes one key whose deadline has come; null when none has. */
    public @Nullable K poll(long nowMs) {
        while (true) {
            Place<K> first = queue.peek();
            if (first == null || first.atMs() > nowMs) {
                return null;
            }
            queue.poll();
            Slot<K> slot = first.slot();
            if (slots.get(slot.key) != slot || first.atMs() != slot.filedMs) {
                continue;
            }
            if (slot.dueMs <= nowMs) {
                slots.remove(slot.key);
                return slot.key;
            }
            file(slot);
        }
    }

    private void file(Slot<K> slot) {
        slot.filedMs = slot.dueMs;
        queue.add(new Place<>(slot, slot.dueMs));
    }
}
