package dev.ottla.coordinator.consumer;

import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.CurrentAssignment;
import dev.ottla.coordinator.event.MemberWish;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A member of a group of the consumer protocol: what it wants and what it has. */
record ConsumerMember(String memberId, MemberWish wish, CurrentAssignment current) {
    /** The epoch of a static member that is away and will come back. */
    static final int AWAY = -2;

    private static final MemberWish NO_WISH = new MemberWish(null, null, "", "", -1, List.of(), "", null, null);

    /** One of whom nothing is known yet. */
    static ConsumerMember named(String memberId) {
        return new ConsumerMember(memberId, NO_WISH, CurrentAssignment.NOTHING);
    }

    ConsumerMember wishing(MemberWish newWish) {
        return new ConsumerMember(memberId, newWish, current);
    }

    ConsumerMember having(CurrentAssignment newCurrent) {
        return new ConsumerMember(memberId, wish, newCurrent);
    }

    /** Whether it speaks the classic protocol: the group came from there, and it has not changed yet. */
    boolean isClassic() {
        return wish.classic() != null;
    }

    int epoch() {
        return current.memberEpoch();
    }

    boolean isStable(int targetEpoch) {
        return current.state() == CurrentAssignment.State.STABLE && epoch() == targetEpoch;
    }

    /** What it has, and what it has not given back yet. */
    Map<TopicId, SortedSet<Integer>> held() {
        Map<TopicId, SortedSet<Integer>> held = new TreeMap<>();
        for (var partitions : List.of(current.assigned(), current.revoking())) {
            partitions.forEach((topic, epochs) ->
                    held.computeIfAbsent(topic, id -> new TreeSet<>()).addAll(epochs.keySet()));
        }
        return held;
    }

    /** The epoch in which a partition came to it; -1 when it has not. */
    int assignedIn(TopicId topic, int partition) {
        return in(current.assigned(), topic, partition, in(current.revoking(), topic, partition, -1));
    }

    private static int in(
            Map<TopicId, SortedMap<Integer, Integer>> partitions, TopicId topic, int partition, int otherwise) {
        SortedMap<Integer, Integer> epochs = partitions.get(topic);
        return epochs == null ? otherwise : epochs.getOrDefault(partition, otherwise);
    }
}
