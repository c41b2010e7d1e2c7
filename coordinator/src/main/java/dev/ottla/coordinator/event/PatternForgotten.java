package dev.ottla.coordinator.event;

/** No member uses a pattern any more. */
public record PatternForgotten(String groupId, String pattern) implements ConsumerGroupEvent {}
