package dev.ottla.coordinator.event;

/** What a member had is free. */
public record CurrentAssignmentForgotten(String groupId, String memberId) implements ConsumerGroupEvent {}
