package dev.ottla.controller;

/**
 * What somebody wants changed. A command decides on an image, a time and chance only, so that the same inputs always give the same
 * events and reply.
 *
 * @param <R> its reply
 */
public sealed interface Command<R>
        permits AllocateProducerIds,
                AlterPartitionReassignments,
                AssignDirectories,
                BumpLeaderEpochs,
                CreateCluster,
                CreatePartitions,
                CreateTopics,
                DeleteTopics,
                ElectLeaders,
                IncrementalAlterConfigs,
                RegisterBroker,
                ReplaceConfigs,
                ReportDirectories,
                UpdateFeatures {
    /**
     * The events that fulfil it and its reply; refusals of single items stand in the reply.
     *
     * @throws dev.ottla.base.OttlaException when the whole of it is refused
     */
    Decision<R> decide(DecisionContext context);
}
