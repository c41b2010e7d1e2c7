package dev.ottla.coordinator.event;

/** One change of a group or of its offsets: a record of {@code __consumer_offsets}. */
public sealed interface GroupEvent
        permits OffsetCommitted,
                OffsetPending,
                OffsetForgotten,
                ClassicGroupStored,
                ClassicGroupForgotten,
                ConsumerGroupEvent {
    String groupId();
}
