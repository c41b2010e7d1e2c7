package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
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
    private final Map<TopicId, List<Share>> readers = new HashMap<>();

    Balance(List<Share> shares, Homes homes) {
        this.shares = shares;
        this.homes = homes;
        shares.forEach(share -> share.topics()
                .forEach(topic ->
                        readers.computeIfAbsent(topic, id -> new ArrayList<>()).add(share)));
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
        Map<Share, Way> ways = new HashMap<>();
        Deque<Share> next = new ArrayDeque<>();
        for (Share share : shares) {
            if (share.size() == size) {
                ways.put(share, new Way(null, null));
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
                for (Share reader : readers.getOrDefault(topic, List.of())) {
                    if (ways.putIfAbsent(reader, new Way(from, topic)) == null) {
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

    private void give(Share last, Map<Share, Way> ways) {
        Share to = last;
        Way way = ways.get(to);
        while (way != null && way.from() != null && way.topic() != null) {
            homes.move(way.from(), to, way.topic());
            to = way.from();
            way = ways.get(to);
        }
    }

    /** How a member is reached: from whom, with a partition of which topic. */
    private record Way(@Nullable Share from, @Nullable TopicId topic) {}
}
