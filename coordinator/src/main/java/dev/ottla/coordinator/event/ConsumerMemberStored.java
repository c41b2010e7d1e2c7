package dev.ottla.coordinator.event;

/** A member as it describes itself. */
public record ConsumerMemberStored(String groupId, String memberId, MemberWish wish) implements ConsumerGroupEvent {}
