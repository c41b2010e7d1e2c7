package dev.ottla.controller;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Partitions to move to other brokers (KIP-455). */
public record AlterPartitionReassignments(List<Reassignment> partitions)
        implements Command<List<AlterPartitionReassignments.Result>> {
    /**
     * One partition's new home.
     *
     * @param replicas null to cancel a reassignment under way
     */
    public record Reassignment(
            String topic, int partition, @Nullable List<Integer> replicas) {}

    /** What became of one partition. */
    public record Result(String topic, int partition, Outcome outcome) {}

    public AlterPartitionReassignments {
        partitions = List.copyOf(partitions);
    }

    @Override
    public Decision<List<Result>> decide(DecisionContext context) {
        return new Reassignments(context).decide(this);
    }
}
