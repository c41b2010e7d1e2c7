package dev.ottla.coordinator.consumer;

import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.CurrentAssignment;
import dev.ottla.coordinator.event.CurrentAssignment.State;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One member's next move towards its target (KIP-848): first it gives back what others should have, and only when it says that it no longer has that does it go on to the target's
 * epoch, with what is free by then.
 */
final class Reconciliation {
    private final ConsumerGroup group;
    private final ConsumerMember member;
    private final @Nullable Map<TopicId, SortedSet<Integer>> owned;

    /** @param owned what the member says that it has; null when it does not say */
    Reconciliation(ConsumerGroup group, ConsumerMember member, @Nullable Map<TopicId, SortedSet<Integer>> owned) {
        this.group = group;
        this.member = member;
        this.owned = owned;
    }

    CurrentAssignment next() {
        CurrentAssignment current = member.current();
        return switch (current.state()) {
            case STABLE -> current.memberEpoch() == group.targetEpoch() ? current : move(current.memberEpoch());
            case UNREVOKED_PARTITIONS -> stillHas(current.revoking()) ? current : move(current.memberEpoch() + 1);
            case UNRELEASED_PARTITIONS -> move(current.memberEpoch());
            case UNKNOWN -> move(group.targetEpoch());
        };
    }

    /** @param memberEpoch where it stays when it must give something back first */
    private CurrentAssignment move(int memberEpoch) {
        Map<TopicId, SortedSet<Integer>> target = group.target(member.memberId());
        Map<TopicId, SortedMap<Integer, Integer>> keeps = new TreeMap<>();
        Map<TopicId, SortedMap<Integer, Integer>> gives = new TreeMap<>();
        member.current()
                .assigned()
                .forEach((topic, epochs) -> epochs.forEach((partition, epoch) -> {
                    boolean stays = has(target, topic, partition);
                    put(stays ? keeps : gives, topic, partition, epoch);
                }));
        if (!gives.isEmpty() && stillHas(gives)) {
            return to(memberEpoch, State.UNREVOKED_PARTITIONS, keeps, gives);
        }
        boolean waits = false;
        int targetEpoch = group.targetEpoch();
        for (Map.Entry<TopicId, SortedSet<Integer>> topic : target.entrySet()) {
            for (int partition : topic.getValue()) {
                boolean kept =
                        keeps.getOrDefault(topic.getKey(), new TreeMap<>()).containsKey(partition);
                if (kept) {
                    continue;
                }
                if (isFree(topic.getKey(), partition)) {
                    put(keeps, topic.getKey(), partition, targetEpoch);
                } else {
                    waits = true;
                }
            }
        }
        return to(targetEpoch, waits ? State.UNRELEASED_PARTITIONS : State.STABLE, keeps, Map.of());
    }

    private boolean isFree(TopicId topic, int partition) {
        return group.isFree(topic, partition, member.memberId());
    }

    private CurrentAssignment to(
            int epoch,
            State state,
            Map<TopicId, SortedMap<Integer, Integer>> assigned,
            Map<TopicId, SortedMap<Integer, Integer>> revoking) {
        CurrentAssignment current = member.current();
        int previous = epoch == current.memberEpoch() ? current.previousEpoch() : current.memberEpoch();
        return new CurrentAssignment(epoch, previous, state, assigned, revoking);
    }

    private boolean stillHas(Map<TopicId, SortedMap<Integer, Integer>> partitions) {
        if (owned == null) {
            return true;
        }
        return partitions.entrySet().stream()
                .anyMatch(topic -> topic.getValue().keySet().stream()
                        .anyMatch(partition -> has(owned, topic.getKey(), partition)));
    }

    private static boolean has(Map<TopicId, SortedSet<Integer>> partitions, TopicId topic, int partition) {
        SortedSet<Integer> ofTopic = partitions.get(topic);
        return ofTopic != null && ofTopic.contains(partition);
    }

    private static void put(Map<TopicId, SortedMap<Integer, Integer>> into, TopicId topic, int partition, int epoch) {
        into.computeIfAbsent(topic, id -> new TreeMap<>()).put(partition, epoch);
    }
}
