package dev.ottla.coordinator.event;

/** One change of a group of the consumer protocol (KIP-848). */
public sealed interface ConsumerGroupEvent extends GroupEvent
        permits ConsumerGroupStored,
                ConsumerGroupForgotten,
                ConsumerMemberStored,
                ConsumerMemberForgotten,
                TargetEpochStored,
                TargetEpochForgotten,
                TargetStored,
                TargetForgotten,
                CurrentAssignmentStored,
                CurrentAssignmentForgotten,
                PatternResolved,
                PatternForgotten {}
