package dev.ottla.coordinator.event;

/** A classic group is gone. */
public record ClassicGroupForgotten(String groupId) implements GroupEvent {}
