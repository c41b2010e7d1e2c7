package dev.ottla.controller;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** More partitions for topics (KIP-195); each topic succeeds or fails on its own. */
public record CreatePartitions(List<Increase> topics, boolean validateOnly)
        implements Command<List<CreatePartitions.Result>> {
    /**
     * How many partitions a topic shall have.
     *
     * @param count of all partitions, old and new
     * @param assignments who holds each new partition, null for the controller's choice
     */
    public record Increase(String name, int count, @Nullable List<List<Integer>> assignments) {}

    /** What became of one topic. */
    public record Result(String name, Outcome outcome) {}

    public CreatePartitions {
        topics = List.copyOf(topics);
    }

    @Override
    public Decision<List<Result>> decide(DecisionContext context) {
        return new PartitionCreation(context).decide(this);
    }
}
