package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Members that read different topics, as equal as they can be: while somebody has two more than another, and a partition of its may go there, or to a third that gives one of its own on,
 * it goes. Each such move makes the sum of squares smaller, so it ends; when there is none, no other division has a smaller one.
 */
final class Balance {
    private final List<Share> shares;
    private final Homes homes;
    private final Readers readers;

    Balance(List<Share> shares, Homes homes, Readers readers) {
        this.shares = shares;
        this.homes = homes;
        this.readers = readers;
    }

    void run() {
        boolean moved = true;
        while (moved) {
            moved = false;
            NavigableSet<Integer> sizes = new TreeSet<>();
            shares.forEach(share -> sizes.add(share.size()));
            for (int size : sizes.descendingSet()) {
                moved |= size - sizes.first() > 1 && giveFrom(size);
            }
        }
        homes.bringBack(shares);
    }

    /** One partition from somebody who has so many goes on its way to somebody who has two less; false when there is no way. */
    private boolean giveFrom(int size) {
        Ways ways = new Ways(shares.size());
        Deque<Share> next = new ArrayDeque<>();
        for (Share share : shares) {
            if (share.size() == size) {
                ways.reach(share, null, null);
                next.add(share);
            }
        }
        Set<TopicId> seen = new HashSet<>();
        while (!next.isEmpty()) {
            Share from = next.poll();
            for (TopicId topic : from.partitions().keySet()) {
                if (!seen.add(topic)) {
                    continue;
                }
                for (Share reader : readers.of(topic)) {
                    if (ways.reach(reader, from, topic)) {
                        next.add(reader);
                        if (reader.size() + 1 < size) {
                            give(reader, ways);
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private void give(Share last, Ways ways) {
        Share to = last;
        Share from = ways.from(to);
        while (from != null) {
            homes.move(from, to, ways.topic(to));
            to = from;
            from = ways.from(to);
        }
    }

    /** How members are reached: from whom, with a partition of which topic. */
    private static final class Ways {
        private final boolean[] reached;
        private final @Nullable Share[] from;
        private final @Nullable TopicId[] topics;

        Ways(int members) {
            reached = new boolean[members];
            from = new Share[members];
            topics = new TopicId[members];
        }

        /** False when there is a way already. */
        boolean reach(Share share, @Nullable Share comesFrom, @Nullable TopicId topic) {
            int order = share.order();
            if (reached[order]) {
                return false;
            }
            reached[order] = true;
            from[order] = comesFrom;
            topics[order] = topic;
            return true;
        }

        @Nullable
        Share from(Share share) {
            return from[share.order()];
        }

        TopicId topic(Share share) {
            return Objects.requireNonNull(topics[share.order()]);
        }
    }
}
