package dev.ottla.coordinator.event;

import java.util.SortedSet;

/**
 * The topics that a pattern matches.
 *
 * @param version of the metadata that they were looked for in
 */
public record PatternResolved(String groupId, String pattern, SortedSet<String> topics, long version, long resolvedAtMs)
        implements ConsumerGroupEvent {}
