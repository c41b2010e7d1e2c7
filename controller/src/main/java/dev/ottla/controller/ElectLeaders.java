package dev.ottla.controller;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elections that a person asks for (KIP-183, KIP-460). The whole is refused with INVALID_REQUEST when the type is unknown.
 *
 * @param electionType 0 preferred, 1 unclean, as on the wire
 * @param partitions null for all; then partitions that need no election are not in the reply, but their topics are
 */
public record ElectLeaders(byte electionType, @Nullable List<TopicPartitions> partitions)
        implements Command<List<ElectLeaders.TopicResult>> {
    /** Partitions of one topic. */
    public record TopicPartitions(String topic, List<Integer> partitions) {
        public TopicPartitions {
            partitions = List.copyOf(partitions);
        }
    }

    /** What became of one topic's partitions. */
    public record TopicResult(String topic, List<PartitionResult> partitions) {}

    /** What became of one partition. */
    public record PartitionResult(int partition, Outcome outcome) {}

    @Override
    public Decision<List<TopicResult>> decide(DecisionContext context) {
        return new LeaderElection(context).decide(this);
    }
}
