package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A member on the way to what it gets. Most members of a large group keep what they have when one more comes: what they have is copied only when it changes.
 */
final class Share {
    private final int order;
    private final String memberId;
    private final Assignor.Reader reader;
    private @Nullable SortedMap<TopicId, SortedSet<Integer>> changed;
    private int size;

    /** @param order from 0, no other's */
    Share(int order, String memberId, Assignor.Reader reader) {
        this.order = order;
        this.memberId = memberId;
        this.reader = reader;
    }

    int order() {
        return order;
    }

    String memberId() {
        return memberId;
    }

    SortedSet<TopicId> topics() {
        return reader.topics();
    }

    boolean reads(TopicId topic) {
        return reader.topics().contains(topic);
    }

    int size() {
        return size;
    }

    /** The very map that the member had, when it keeps all and gets nothing. */
    Map<TopicId, SortedSet<Integer>> partitions() {
        return changed == null ? reader.has() : changed;
    }

    /**
     * Keeps what the member had, reads, is still there, and nobody before it has kept.
     *
     * @param owned what somebody has kept; what this member keeps is added
     */
    void keep(Map<TopicId, Integer> partitionCounts, Map<TopicId, BitSet> owned) {
        for (Map.Entry<TopicId, SortedSet<Integer>> had : reader.has().entrySet()) {
            TopicId topic = had.getKey();
            BitSet ofTopic = owned.get(topic);
            int count = ofTopic == null || !reads(topic) ? 0 : partitionCounts.getOrDefault(topic, 0);
            for (int partition : had.getValue()) {
                if (ofTopic != null && partition < count && !ofTopic.get(partition)) {
                    ofTopic.set(partition);
                    size++;
                } else {
                    drop(topic, partition);
                }
            }
        }
    }

    void add(Piece piece) {
        changed().computeIfAbsent(piece.topic(), topic -> new TreeSet<>()).add(piece.partition());
        size++;
    }

    void remove(Piece piece) {
        drop(piece.topic(), piece.partition());
        size--;
    }

    Piece removeLast() {
        TopicId topic = changed().lastKey();
        Piece last =
                new Piece(topic, changed().getOrDefault(topic, new TreeSet<>()).last());
        remove(last);
        return last;
    }

    /** In order, as they are now. */
    List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>(size);
        new TreeMap<>(partitions())
                .forEach((topic, partitions) ->
                        partitions.forEach(partition -> pieces.add(new Piece(topic, partition))));
        return pieces;
    }

    private void drop(TopicId topic, int partition) {
        SortedSet<Integer> partitions = changed().get(topic);
        if (partitions != null) {
            partitions.remove(partition);
            if (partitions.isEmpty()) {
                changed().remove(topic);
            }
        }
    }

    private SortedMap<TopicId, SortedSet<Integer>> changed() {
        if (changed == null) {
            changed = new TreeMap<>();
            for (Map.Entry<TopicId, SortedSet<Integer>> had : reader.has().entrySet()) {
                if (!had.getValue().isEmpty()) {
                    changed.put(had.getKey(), new TreeSet<>(had.getValue()));
                }
            }
        }
        return changed;
    }
}
