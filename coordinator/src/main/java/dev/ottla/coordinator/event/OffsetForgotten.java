package dev.ottla.coordinator.event;

/** A group's committed offset is gone: deleted, expired, or its topic was. */
public record OffsetForgotten(String groupId, String topic, int partition) implements GroupEvent {}
