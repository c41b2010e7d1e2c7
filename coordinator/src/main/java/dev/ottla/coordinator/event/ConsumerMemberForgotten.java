package dev.ottla.coordinator.event;

/** A member is gone. */
public record ConsumerMemberForgotten(String groupId, String memberId) implements ConsumerGroupEvent {}
