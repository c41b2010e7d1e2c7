package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Who reads which topic, and who of them has least. */
final class Readers {
    private static final Comparator<Waiting> LEAST_FIRST = Comparator.comparingInt((Waiting waiting) -> waiting.size)
            .thenComparingInt(waiting -> waiting.share.order());

    private final List<Share> all;
    private final boolean alike;
    private final Map<TopicId, List<Share>> byTopic = new HashMap<>();

    private @Nullable TopicId queuedFor;
    private PriorityQueue<Waiting> queue = new PriorityQueue<>();

    /** @param alike whether all read the same topics */
    Readers(List<Share> all, boolean alike) {
        this.all = all;
        this.alike = alike;
        if (!alike) {
            all.forEach(share -> share.topics()
                    .forEach(topic -> byTopic.computeIfAbsent(topic, id -> new ArrayList<>())
                            .add(share)));
        }
    }

    List<Share> of(TopicId topic) {
        if (alike) {
            return !all.isEmpty() && all.getFirst().reads(topic) ? all : List.of();
        }
        return byTopic.getOrDefault(topic, List.of());
    }

    /**
     * Gives to a reader that has least, the first of several, unless there is none. Cheap while one call is for the topic of the call before, and nobody's share changes in between.
     */
    void giveToTheLeast(Piece piece) {
        List<Share> readers = of(piece.topic());
        if (readers.isEmpty()) {
            return;
        }
        if (queuedFor == null || !(alike || queuedFor.equals(piece.topic()))) {
            queuedFor = piece.topic();
            queue = new PriorityQueue<>(readers.size(), LEAST_FIRST);
            readers.forEach(share -> queue.add(new Waiting(share)));
        }
        Waiting least = queue.remove();
        least.share.add(piece);
        least.size = least.share.size();
        queue.add(least);
    }

    /** A reader as it was when it was put into the queue. */
    private static final class Waiting {
        private final Share share;
        private int size;

        Waiting(Share share) {
            this.share = share;
            this.size = share.size();
        }
    }
}
