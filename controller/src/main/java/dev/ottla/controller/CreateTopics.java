package dev.ottla.controller;

import dev.ottla.base.TopicId;
import dev.ottla.metadata.config.ConfigEntry;
import java.util.List;

/**
 * New topics (KIP-4, KIP-464, KIP-525). Each succeeds or fails on its own.
 *
 * @param validateOnly all checks, no change
 */
public record CreateTopics(List<NewTopic> topics, boolean validateOnly) implements Command<List<CreateTopics.Result>> {
    /**
     * One topic as a client asks for it.
     *
     * @param partitions -1 for the broker's default or with assignments
     * @param replicationFactor -1 for the broker's default or with assignments
     * @param assignments who holds each partition; empty for the controller's choice
     */
    public record NewTopic(
            String name,
            int partitions,
            int replicationFactor,
            List<Assignment> assignments,
            List<ConfigSetting> configs) {
        public NewTopic {
            assignments = List.copyOf(assignments);
            configs = List.copyOf(configs);
        }

        /** A topic with the controller's placement and no configs. */
        public NewTopic(String name, int partitions, int replicationFactor) {
            this(name, partitions, replicationFactor, List.of(), List.of());
        }
    }

    /** Which brokers hold a partition, the preferred leader first. */
    public record Assignment(int partition, List<Integer> brokerIds) {
        public Assignment {
            brokerIds = List.copyOf(brokerIds);
        }
    }

    /**
     * What became of one topic.
     *
     * @param id zero when it failed
     * @param partitions -1 when it failed
     * @param replicationFactor -1 when it failed
     * @param configs all settings with their values in force; empty when it failed
     */
    public record Result(
            String name,
            Outcome outcome,
            TopicId id,
            int partitions,
            int replicationFactor,
            List<ConfigEntry> configs) {
        static Result failed(String name, Outcome outcome) {
            return new Result(name, outcome, TopicId.ZERO, -1, -1, List.of());
        }
    }

    public CreateTopics {
        topics = List.copyOf(topics);
    }

    @Override
    public Decision<List<Result>> decide(DecisionContext context) {
        return new TopicCreation(context).decide(this);
    }
}
