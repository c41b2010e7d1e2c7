package dev.ottla.coordinator.event;

/** A member's target went with it. */
public record TargetForgotten(String groupId, String memberId) implements ConsumerGroupEvent {}
