package dev.ottla.coordinator.event;

/** The target assignment is that of a group epoch. */
public record TargetEpochStored(String groupId, int epoch, long assignedAtMs) implements ConsumerGroupEvent {}
