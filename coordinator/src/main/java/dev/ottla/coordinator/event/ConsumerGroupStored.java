package dev.ottla.coordinator.event;

/**
 * A group is at an epoch: its members, what they want or the topics changed.
 *
 * @param metadataHash of the topics that it reads, so that a change of theirs is noticed
 */
public record ConsumerGroupStored(String groupId, int epoch, long metadataHash) implements ConsumerGroupEvent {}
