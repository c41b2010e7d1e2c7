package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.controller.CreatePartitions.Increase;
import dev.ottla.controller.CreatePartitions.Result;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How {@link CreatePartitions} decides. */
final class PartitionCreation {
    private final DecisionContext context;
    private final Placement placement;
    private final List<MetadataEvent> events = new ArrayList<>();
    private long added;

    PartitionCreation(DecisionContext context) {
        this.context = context;
        this.placement = new Placement(context);
    }

    Decision<List<Result>> decide(CreatePartitions command) {
        Set<String> seen = new HashSet<>();
        Set<String> duplicates = new LinkedHashSet<>();
        command.topics().stream()
                .map(Increase::name)
                .filter(name -> !seen.add(name))
                .forEach(duplicates::add);
        List<Result> results = new ArrayList<>();
        for (String name : duplicates) {
            results.add(new Result(name, Outcome.failed(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")));
        }
        for (Increase increase : command.topics()) {
            if (!duplicates.contains(increase.name())) {
                results.add(new Result(increase.name(), outcome(increase)));
            }
        }
        return new Decision<>(command.validateOnly() ? List.of() : events, results);
    }

    private Outcome outcome(Increase increase) {
        try {
            add(increase);
            return Outcome.OK;
        } catch (OttlaException refused) {
            return new Outcome(refused.code(), refused.getMessage());
        }
    }

    private void add(Increase increase) {
        TopicImage topic = context.image().topic(increase.name());
        if (topic == null) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "This server does not host this topic-partition.");
        }
        int before = topic.partitionCount();
        int additional = increase.count() - before;
        if (additional == 0) {
            throw new OttlaException(ErrorCode.INVALID_PARTITIONS, "Topic already has " + before + " partition(s).");
        }
        if (additional < 0) {
            throw new OttlaException(
                    ErrorCode.INVALID_PARTITIONS,
                    "The topic " + increase.name() + " currently has " + before + " partition(s); " + increase.count()
                            + " would not be an increase.");
        }
        List<List<Integer>> assignments = increase.assignments();
        if (assignments != null && assignments.size() != additional) {
            throw Placement.refused("Attempted to add " + additional + " additional partition(s), but only "
                    + assignments.size() + " assignment(s) were specified.");
        }
        checkLimits(additional);
        int replicationFactor = topic.partitions().getFirst().replicas().size();
        List<PartitionImage> partitions = assignments == null
                ? placement.place(before, additional, replicationFactor)
                : assigned(before, assignments, replicationFactor);
        added += additional;
        events.add(new MetadataEvent.PartitionsAdded(topic.id(), partitions));
    }

    private void checkLimits(int additional) {
        if (added + additional > ControllerLimits.MAX_PARTITIONS_PER_REQUEST) {
            throw new OttlaException(ErrorCode.POLICY_VIOLATION, "Excessively large number of partitions per request.");
        }
        if (context.image().partitionCount() + added + additional > ControllerLimits.MAX_PARTITIONS) {
            throw new OttlaException(
                    ErrorCode.POLICY_VIOLATION,
                    "The cluster would have more than " + ControllerLimits.MAX_PARTITIONS + " partitions.");
        }
    }

    private List<PartitionImage> assigned(int first, List<List<Integer>> assignments, int replicationFactor) {
        List<PartitionImage> partitions = new ArrayList<>(assignments.size());
        for (List<Integer> replicas : assignments) {
            placement.check(replicas, replicationFactor);
            partitions.add(placement.created(first + partitions.size(), replicas));
        }
        return partitions;
    }
}
