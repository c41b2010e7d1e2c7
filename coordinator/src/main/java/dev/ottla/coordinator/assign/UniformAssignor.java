package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * As many partitions for each member as can be, and as few moved as that allows. Where members read different topics, {@link Balance} says what can be.
 */
public final class UniformAssignor implements Assignor {
    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public Map<String, Map<TopicId, SortedSet<Integer>>> assign(
            Map<String, Reader> members, Map<TopicId, Integer> partitionCounts) {
        List<Share> shares = new ArrayList<>(members.size());
        members.forEach((memberId, reader) -> shares.add(new Share(shares.size(), memberId, reader)));
        Deque<Piece> free = keepWhatTheyHave(shares, partitionCounts);
        boolean alike = shares.stream()
                .allMatch(share -> share.topics().equals(shares.getFirst().topics()));
        if (alike) {
            giveBackTheSurplus(shares, partitionCounts, free);
        }
        Homes homes = alike ? null : new Homes(shares);
        Readers readers = new Readers(shares, alike);
        free.forEach(readers::giveToTheLeast);
        if (homes != null) {
            new Balance(shares, homes, readers).run();
        }
        Map<String, Map<TopicId, SortedSet<Integer>>> assigned = LinkedHashMap.newLinkedHashMap(members.size());
        shares.forEach(share -> assigned.put(share.memberId(), share.partitions()));
        return assigned;
    }

    /** Returns what nobody has. */
    private static Deque<Piece> keepWhatTheyHave(List<Share> shares, Map<TopicId, Integer> partitionCounts) {
        Map<TopicId, BitSet> owned = new HashMap<>();
        partitionCounts.keySet().forEach(topic -> owned.put(topic, new BitSet()));
        shares.forEach(share -> share.keep(partitionCounts, owned));
        Deque<Piece> free = new ArrayDeque<>();
        new TreeMap<>(owned).forEach((topic, partitions) -> {
            int count = partitionCounts.getOrDefault(topic, 0);
            for (int next = partitions.nextClearBit(0); next < count; next = partitions.nextClearBit(next + 1)) {
                free.add(new Piece(topic, next));
            }
        });
        return free;
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
                free.add(share.removeLast());
            }
        }
    }
}
