package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.controller.AlterPartitionReassignments.Reassignment;
import dev.ottla.controller.AlterPartitionReassignments.Result;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.List;

/** How {@link AlterPartitionReassignments} decides: with one broker nothing can move, so nothing is ever under way. */
final class Reassignments {
    private final DecisionContext context;

    Reassignments(DecisionContext context) {
        this.context = context;
    }

    Decision<List<Result>> decide(AlterPartitionReassignments command) {
        return Decision.nothing(command.partitions().stream()
                .map(asked -> new Result(asked.topic(), asked.partition(), outcome(asked)))
                .toList());
    }

    private Outcome outcome(Reassignment asked) {
        TopicImage topic = context.image().topic(asked.topic());
        if (topic == null) {
            return Outcome.failed(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find a topic named " + asked.topic() + ".");
        }
        PartitionImage partition = topic.partition(asked.partition());
        if (partition == null) {
            return Outcome.failed(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "Unable to find partition " + asked.topic() + ":" + asked.partition() + ".");
        }
        List<Integer> replicas = asked.replicas();
        if (replicas == null) {
            return new Outcome(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, null);
        }
        try {
            new Placement(context).check(replicas, 0);
        } catch (OttlaException refused) {
            return new Outcome(refused.code(), refused.getMessage());
        }
        return replicas.equals(partition.replicas())
                ? Outcome.OK
                : Outcome.failed(ErrorCode.INVALID_REPLICA_ASSIGNMENT, "Ottla cannot move partitions yet.");
    }
}
