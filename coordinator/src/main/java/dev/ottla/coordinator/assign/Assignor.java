package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Says which member of a group should have which partitions. */
public interface Assignor {
    /** As members and settings call it. */
    String name();

    /**
     * Assigns every partition of every topic that somebody reads to exactly one of those who read it.
     *
     * @param members by id, always in the same order
     * @param partitionCounts of every topic that somebody reads
     * @return for each member, in that order; what a member keeps whole may be the very map that it had
     */
    Map<String, Map<TopicId, SortedSet<Integer>>> assign(
            Map<String, Reader> members, Map<TopicId, Integer> partitionCounts);

    /**
     * A member.
     *
     * @param instanceId of a static member, else null
     * @param topics what it reads
     * @param has what it should have had until now
     */
    record Reader(@Nullable String instanceId, SortedSet<TopicId> topics, Map<TopicId, SortedSet<Integer>> has) {}
}
