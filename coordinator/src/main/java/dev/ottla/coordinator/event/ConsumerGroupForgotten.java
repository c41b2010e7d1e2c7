package dev.ottla.coordinator.event;

/** A group of the consumer protocol is gone. */
public record ConsumerGroupForgotten(String groupId) implements ConsumerGroupEvent {}
