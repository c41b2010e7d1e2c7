package dev.ottla.controller;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elections that a person asks for (KIP-183, KIP-460).
 *
 * @param electionType 0 preferred, 1 unclean, as on the wire
 * @param partitions null for all; then those that need no election are not in the reply
 */
public record ElectLeaders(byte electionType, @Nullable List<TopicPartitions> partitions)
        implements Command<List<ElectLeaders.Result>> {
    /** Partitions of one topic. */
    public record TopicPartitions(String topic, List<Integer> partitions) {
        public TopicPartitions {
            partitions = List.copyOf(partitions);
        }
    }

    /** What became of one partition. */
    public record Result(String topic, int partition, Outcome outcome) {}

    @Override
    public Decision<List<Result>> decide(DecisionContext context) {
        return new LeaderElection(context).decide(this);
    }
}
