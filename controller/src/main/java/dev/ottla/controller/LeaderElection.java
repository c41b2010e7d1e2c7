package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.controller.ElectLeaders.PartitionResult;
import dev.ottla.controller.ElectLeaders.TopicPartitions;
import dev.ottla.controller.ElectLeaders.TopicResult;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How {@link ElectLeaders} decides. */
final class LeaderElection {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final DecisionContext context;
    private final List<MetadataEvent> events = new ArrayList<>();

    LeaderElection(DecisionContext context) {
        this.context = context;
    }

    Decision<List<TopicResult>> decide(ElectLeaders command) {
        byte type = command.electionType();
        if (type != PREFERRED && type != UNCLEAN) {
            throw new OttlaException(ErrorCode.INVALID_REQUEST, "Unknown election type " + type);
        }
        List<TopicPartitions> asked = command.partitions();
        List<TopicResult> results = asked == null
                ? electAll(type)
                : asked.stream().map(topic -> elect(topic, type)).toList();
        return new Decision<>(events, results);
    }

    private List<TopicResult> electAll(byte type) {
        return context.image().topics().values().stream()
                .sorted(Comparator.comparing(TopicImage::name))
                .map(topic -> new TopicResult(
                        topic.name(),
                        topic.partitions().stream()
                                .map(partition -> elect(topic, partition, type))
                                .filter(result -> result.outcome().code() != ErrorCode.ELECTION_NOT_NEEDED)
                                .toList()))
                .toList();
    }

    private TopicResult elect(TopicPartitions asked, byte type) {
        TopicImage topic = context.image().topic(asked.topic());
        List<PartitionResult> results = new ArrayList<>();
        for (int number : asked.partitions()) {
            PartitionImage partition = topic == null ? null : topic.partition(number);
            if (topic == null || partition == null) {
                String missing = topic == null
                        ? "No such topic as " + asked.topic()
                        : "No such partition as " + asked.topic() + "-" + number;
                results.add(new PartitionResult(number, Outcome.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, missing)));
            } else {
                results.add(elect(topic, partition, type));
            }
        }
        return new TopicResult(asked.topic(), results);
    }

    private PartitionResult elect(TopicImage topic, PartitionImage partition, byte type) {
        return new PartitionResult(partition.partition(), outcome(topic, partition, type));
    }

    private Outcome outcome(TopicImage topic, PartitionImage partition, byte type) {
        boolean needed = type == PREFERRED
                ? partition.leader() != partition.preferredLeader()
                : partition.leader() == PartitionImage.NO_LEADER;
        if (!needed) {
            return Outcome.failed(ErrorCode.ELECTION_NOT_NEEDED, "Leader election not needed for topic partition.");
        }
        int candidate = partition.preferredLeader();
        boolean able = type == UNCLEAN || partition.isr().contains(candidate);
        if (!able || !context.image().brokers().containsKey(candidate)) {
            return type == PREFERRED
                    ? Outcome.failed(
                            ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE, "The preferred leader was not available.")
                    : Outcome.failed(
                            ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
                            "Eligible topic partition leaders are not available.");
        }
        events.add(new MetadataEvent.PartitionChanged(topic.id(), partition.ledBy(candidate)));
        return Outcome.OK;
    }
}
