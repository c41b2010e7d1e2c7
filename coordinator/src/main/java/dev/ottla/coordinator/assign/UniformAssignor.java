package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * As many partitions for each member as can be, and as few moved as that allows. Where members read different topics, a partition moves as long as one of its readers has
 * two less than its owner.
 */
public final class UniformAssignor implements Assignor {
    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public SortedMap<String, Map<TopicId, SortedSet<Integer>>> assign(
            SortedMap<String, Reader> members, Map<TopicId, Integer> partitionCounts) {
        List<Share> shares = new ArrayList<>();
        members.forEach((memberId, reader) -> shares.add(new Share(memberId, reader)));
        Deque<Piece> free = keepWhatTheyHave(shares, partitionCounts);
        boolean alike = shares.stream()
                .allMatch(share ->
                        share.reader.topics().equals(shares.getFirst().reader.topics()));
        if (alike) {
            giveBackTheSurplus(shares, partitionCounts, free);
        }
        while (!free.isEmpty()) {
            Piece piece = free.poll();
            Share least = least(shares, piece.topic());
            if (least != null) {
                least.add(piece);
            }
        }
        if (!alike) {
            balance(shares);
        }
        SortedMap<String, Map<TopicId, SortedSet<Integer>>> assigned = new TreeMap<>();
        shares.forEach(share -> assigned.put(share.memberId, share.partitions()));
        return assigned;
    }

    private record Piece(TopicId topic, int partition) {}

    /** A member on the way to what it gets. */
    private static final class Share {
        private static final Comparator<Piece> ORDER =
                Comparator.comparing(Piece::topic).thenComparingInt(Piece::partition);

        private final String memberId;
        private final Reader reader;
        private final TreeSet<Piece> pieces = new TreeSet<>(ORDER);

        Share(String memberId, Reader reader) {
            this.memberId = memberId;
            this.reader = reader;
        }

        void add(Piece piece) {
            pieces.add(piece);
        }

        boolean reads(TopicId topic) {
            return reader.topics().contains(topic);
        }

        int size() {
            return pieces.size();
        }

        Map<TopicId, SortedSet<Integer>> partitions() {
            Map<TopicId, SortedSet<Integer>> partitions = new TreeMap<>();
            pieces.forEach(piece -> partitions
                    .computeIfAbsent(piece.topic(), topic -> new TreeSet<>())
                    .add(piece.partition()));
            return partitions;
        }
    }

    /** Returns what nobody has. */
    private static Deque<Piece> keepWhatTheyHave(List<Share> shares, Map<TopicId, Integer> partitionCounts) {
        TreeSet<Piece> free = new TreeSet<>(Share.ORDER);
        partitionCounts.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                free.add(new Piece(topic, partition));
            }
        });
        for (Share share : shares) {
            share.reader
                    .has()
                    .forEach((topic, partitions) -> partitions.forEach(partition -> {
                        Piece piece = new Piece(topic, partition);
                        if (share.reads(topic) && free.remove(piece)) {
                            share.add(piece);
                        }
                    }));
        }
        return new ArrayDeque<>(free);
    }

    /** Where all read the same, everybody may keep the common share, and some of them one more. */
    private static void giveBackTheSurplus(
            List<Share> shares, Map<TopicId, Integer> partitionCounts, Deque<Piece> free) {
        int total =
                partitionCounts.values().stream().mapToInt(Integer::intValue).sum();
        int common = shares.isEmpty() ? 0 : total / shares.size();
        int withOneMore = shares.isEmpty() ? 0 : total % shares.size();
        for (Share share : shares) {
            int keeps = common;
            if (share.size() > common && withOneMore > 0) {
                keeps++;
                withOneMore--;
            }
            while (share.size() > keeps) {
                free.add(share.pieces.pollLast());
            }
        }
    }

    private static @Nullable Share least(List<Share> shares, TopicId topic) {
        Share least = null;
        for (Share share : shares) {
            if (share.reads(topic) && (least == null || share.size() < least.size())) {
                least = share;
            }
        }
        return least;
    }

    /** Each move makes the sum of squares smaller, so it ends. */
    private static void balance(List<Share> shares) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Share owner : shares) {
                for (Piece piece : List.copyOf(owner.pieces)) {
                    Share least = least(shares, piece.topic());
                    if (least != null && least.size() + 1 < owner.size()) {
                        owner.pieces.remove(piece);
                        least.add(piece);
                        moved = true;
                    }
                }
            }
        }
    }
}
