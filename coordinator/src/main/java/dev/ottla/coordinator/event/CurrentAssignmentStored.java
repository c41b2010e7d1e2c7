package dev.ottla.coordinator.event;

/** What a member has. */
public record CurrentAssignmentStored(String groupId, String memberId, CurrentAssignment current)
        implements ConsumerGroupEvent {}
