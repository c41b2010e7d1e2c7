package dev.ottla.coordinator.event;

/** A group committed an offset. */
public record OffsetCommitted(String groupId, String topic, int partition, CommittedOffset committed)
        implements GroupEvent {}
