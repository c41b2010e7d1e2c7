package dev.ottla.coordinator.event;

import dev.ottla.base.TopicId;
import java.util.Map;
import java.util.SortedSet;

/** What a member should have. */
public record TargetStored(String groupId, String memberId, Map<TopicId, SortedSet<Integer>> partitions)
        implements ConsumerGroupEvent {}
