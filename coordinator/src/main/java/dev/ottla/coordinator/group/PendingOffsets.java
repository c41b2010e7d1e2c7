package dev.ottla.coordinator.group;

import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.event.OffsetForgotten;
import dev.ottla.coordinator.event.OffsetPending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Offsets in transactions that are not ended (KIP-98), by group, topic, partition and producer. Among all that is written for one partition of a topic, what came last in the log
 * counts, whenever its transaction ended: an offset that a later one overtook stays pending, but its commit changes nothing.
 */
public final class PendingOffsets {
    /** Places that one producer's transaction may have offsets for in one partition of {@code __consumer_offsets}. */
    public static final int MAX_PER_PRODUCER = 100_000;

    private final Map<Place, Map<Long, Pending>> byPlace = new HashMap<>();
    private final Map<Long, Set<Place>> byProducer = new HashMap<>();
    private final Map<String, Set<Place>> byGroup = new HashMap<>();
    /** The log's order, as far as it matters here. */
    private long written;

    /** What an offset is of. */
    public record Place(String groupId, String topic, int partition) {}

    private record Pending(OffsetCommitted offset, long order, boolean overtaken) {}

    /** One that its transaction's commit made count. */
    private record Counting(OffsetCommitted offset, long order) {}

    /** How many places a producer has an offset for. */
    public int countOf(long producerId) {
        return byProducer.getOrDefault(producerId, Set.of()).size();
    }

    public boolean isPending(long producerId, Place place) {
        return byProducer.getOrDefault(producerId, Set.of()).contains(place);
    }

    /** Whether any transaction has an offset for it that may still come to count. */
    public boolean isUnstable(String groupId, String topic, int partition) {
        return !byPlace.isEmpty() && byPlace.containsKey(new Place(groupId, topic, partition));
    }

    public boolean hasGroup(String groupId) {
        return byGroup.containsKey(groupId);
    }

    /** Where the group has pending offsets. */
    public List<Place> ofGroup(String groupId) {
        return List.copyOf(byGroup.getOrDefault(groupId, Set.of()));
    }

    /** Where any group has pending offsets of the topic. */
    public List<Place> ofTopic(String topic) {
        return byPlace.keySet().stream()
                .filter(place -> place.topic().equals(topic))
                .sorted(Comparator.comparing(Place::groupId).thenComparingInt(Place::partition))
                .toList();
    }

    public void apply(OffsetPending event) {
        Place place = placeOf(event.offset());
        byPlace.computeIfAbsent(place, at -> new HashMap<>())
                .put(event.producerId(), new Pending(event.offset(), written++, false));
        byProducer
                .computeIfAbsent(event.producerId(), producer -> new HashSet<>())
                .add(place);
        byGroup.computeIfAbsent(place.groupId(), group -> new HashSet<>()).add(place);
    }

    /** A plain commit counts at once, and more than what is pending from before. */
    public void overtake(OffsetCommitted event) {
        if (!byPlace.isEmpty()) {
            overtake(placeOf(event), written);
        }
    }

    private void overtake(Place place, long order) {
        Map<Long, Pending> pending = byPlace.get(place);
        if (pending != null) {
            pending.replaceAll(
                    (producer, each) -> each.order() < order ? new Pending(each.offset(), each.order(), true) : each);
        }
    }

    /** A deleted offset takes along what is pending for it. */
    public void apply(OffsetForgotten event) {
        Place place = new Place(event.groupId(), event.topic(), event.partition());
        Map<Long, Pending> gone = byPlace.remove(place);
        if (gone != null) {
            gone.keySet().forEach(producer -> remove(byProducer, producer, place));
            remove(byGroup, place.groupId(), place);
        }
    }

    /**
     * A producer's transaction is over, and nothing of it is pending any more.
     *
     * @return the offsets that count from now on; none after an abort
     */
    public List<OffsetCommitted> end(long producerId, boolean commit) {
        Set<Place> places = byProducer.remove(producerId);
        if (places == null) {
            return List.of();
        }
        List<Counting> counting = new ArrayList<>();
        for (Place place : places) {
            Pending ended = take(place, producerId);
            if (commit && ended != null && !ended.overtaken()) {
                counting.add(new Counting(ended.offset(), ended.order()));
            }
        }
        counting.sort(Comparator.comparingLong(Counting::order));
        counting.forEach(each -> overtake(placeOf(each.offset()), each.order()));
        return counting.stream().map(Counting::offset).toList();
    }

    private @Nullable Pending take(Place place, long producerId) {
        Map<Long, Pending> pending = byPlace.get(place);
        Pending taken = pending == null ? null : pending.remove(producerId);
        if (pending != null && pending.isEmpty()) {
            byPlace.remove(place);
            remove(byGroup, place.groupId(), place);
        }
        return taken;
    }

    private static <K> void remove(Map<K, Set<Place>> index, K key, Place place) {
        Set<Place> places = index.get(key);
        if (places != null && places.remove(place) && places.isEmpty()) {
            index.remove(key);
        }
    }

    private static Place placeOf(OffsetCommitted offset) {
        return new Place(offset.groupId(), offset.topic(), offset.partition());
    }

    /** For people and tests. */
    @Override
    public String toString() {
        Map<String, Object> shown = new TreeMap<>();
        byPlace.forEach((place, pending) -> shown.put(place.toString(), new TreeMap<>(pending)));
        return shown.toString();
    }
}
