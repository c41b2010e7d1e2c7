package dev.ottla.coordinator.event;

/** The target assignment went with its group. */
public record TargetEpochForgotten(String groupId) implements ConsumerGroupEvent {}
