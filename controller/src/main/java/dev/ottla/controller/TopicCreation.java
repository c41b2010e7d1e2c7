package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.controller.CreateTopics.Assignment;
import dev.ottla.controller.CreateTopics.NewTopic;
import dev.ottla.controller.CreateTopics.Result;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.TopicNames;
import dev.ottla.metadata.config.EffectiveConfigs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How {@link CreateTopics} decides: the checks of Apache Kafka's controller, in its order and words. */
final class TopicCreation {
    private static final String METADATA_TOPIC = "__cluster_metadata";

    private final DecisionContext context;
    private final Placement placement;
    private final EffectiveConfigs configs;
    private final List<MetadataEvent> events = new ArrayList<>();
    private int changes;
    private int partitions;

    TopicCreation(DecisionContext context) {
        this.context = context;
        this.placement = new Placement(context);
        this.configs = context.configs();
        this.partitions = context.image().partitionCount();
    }

    Decision<List<Result>> decide(CreateTopics command) {
        Set<String> duplicates = duplicates(command.topics());
        List<NewTopic> wanted = command.topics().stream()
                .filter(topic ->
                        !duplicates.contains(topic.name()) && !topic.name().equals(METADATA_TOPIC))
                .toList();
        List<Result> results = new ArrayList<>(create(wanted));
        duplicates.forEach(name ->
                results.add(Result.failed(name, Outcome.failed(ErrorCode.INVALID_REQUEST, "Duplicate topic name."))));
        if (command.topics().stream().anyMatch(topic -> topic.name().equals(METADATA_TOPIC))
                && !duplicates.contains(METADATA_TOPIC)) {
            results.add(Result.failed(
                    METADATA_TOPIC,
                    Outcome.failed(
                            ErrorCode.INVALID_REQUEST,
                            "Creation of internal topic " + METADATA_TOPIC + " is prohibited.")));
        }
        return new Decision<>(command.validateOnly() ? List.of() : events, results);
    }

    private static Set<String> duplicates(List<NewTopic> topics) {
        Set<String> seen = new HashSet<>();
        Set<String> duplicates = new LinkedHashSet<>();
        for (NewTopic topic : topics) {
            if (!seen.add(topic.name())) {
                duplicates.add(topic.name());
            }
        }
        return duplicates;
    }

    private List<Result> create(List<NewTopic> topics) {
        long asked = topics.stream().mapToLong(this::partitionsAsked).sum();
        if (asked > ControllerLimits.MAX_PARTITIONS_PER_REQUEST) {
            return allFailed(topics, "Excessively large number of partitions per request.");
        }
        List<Result> results = new ArrayList<>(topics.size());
        for (NewTopic topic : topics) {
            try {
                results.add(create(topic));
            } catch (OttlaException refused) {
                results.add(Result.failed(topic.name(), new Outcome(refused.code(), refused.getMessage())));
            }
        }
        if (changes > ControllerLimits.MAX_CHANGES_PER_REQUEST) {
            events.clear();
            return allFailed(topics, "Unable to perform excessively large batch operation.");
        }
        return results;
    }

    private static List<Result> allFailed(List<NewTopic> topics, String message) {
        Outcome outcome = Outcome.failed(ErrorCode.POLICY_VIOLATION, message);
        return topics.stream()
                .map(topic -> Result.failed(topic.name(), outcome))
                .toList();
    }

    private int partitionsAsked(NewTopic topic) {
        if (!topic.assignments().isEmpty()) {
            return topic.assignments().size();
        }
        return topic.partitions() == -1 ? context.settings().defaultPartitions() : Math.max(0, topic.partitions());
    }

    private Result create(NewTopic topic) {
        checkName(topic.name());
        Map<String, String> own = configsOf(topic);
        TopicConfigCheck.check(own);
        List<PartitionImage> placed = topic.assignments().isEmpty() ? placed(topic) : assigned(topic);
        if (partitions + placed.size() > ControllerLimits.MAX_PARTITIONS) {
            throw new OttlaException(
                    ErrorCode.POLICY_VIOLATION,
                    "The cluster would have more than " + ControllerLimits.MAX_PARTITIONS + " partitions.");
        }
        TopicId id = TopicId.random(context.random());
        events.add(new MetadataEvent.TopicCreated(new TopicImage(topic.name(), id, placed)));
        own.forEach((name, value) ->
                events.add(new MetadataEvent.ConfigChanged(ConfigResource.topic(topic.name()), name, value)));
        changes += 1 + own.size() + placed.size();
        partitions += placed.size();
        return new Result(
                topic.name(),
                Outcome.OK,
                id,
                placed.size(),
                placed.getFirst().replicas().size(),
                configs.describeTopic(own));
    }

    private void checkName(String name) {
        String problem = TopicNames.problem(name);
        if (problem != null) {
            throw new OttlaException(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
        }
        ClusterImage image = context.image();
        if (image.topic(name) != null) {
            throw new OttlaException(ErrorCode.TOPIC_ALREADY_EXISTS, "Topic '" + name + "' already exists.");
        }
        String other = image.collidingTopic(name);
        if (other != null) {
            throw new OttlaException(
                    ErrorCode.INVALID_TOPIC_EXCEPTION, "Topic '" + name + "' collides with existing topic: " + other);
        }
    }

    private static Map<String, String> configsOf(NewTopic topic) {
        Map<String, String> own = new TreeMap<>();
        List<String> withoutValue = new ArrayList<>();
        for (ConfigSetting setting : topic.configs()) {
            if (setting.value() == null) {
                withoutValue.add(setting.name());
            } else {
                own.put(setting.name(), setting.value());
            }
        }
        if (!withoutValue.isEmpty()) {
            throw new OttlaException(
                    ErrorCode.INVALID_CONFIG,
                    "Null value not supported for topic configs: " + String.join(",", withoutValue));
        }
        return own;
    }

    private List<PartitionImage> placed(NewTopic topic) {
        if (topic.replicationFactor() < -1 || topic.replicationFactor() == 0) {
            throw new OttlaException(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "Replication factor must be larger than 0, or -1 to use the default value.");
        }
        if (topic.partitions() < -1 || topic.partitions() == 0) {
            throw new OttlaException(
                    ErrorCode.INVALID_PARTITIONS, "Number of partitions was set to an invalid non-positive value.");
        }
        ControllerSettings settings = context.settings();
        return placement.place(
                0,
                topic.partitions() == -1 ? settings.defaultPartitions() : topic.partitions(),
                topic.replicationFactor() == -1 ? settings.defaultReplicationFactor() : topic.replicationFactor());
    }

    private List<PartitionImage> assigned(NewTopic topic) {
        if (topic.replicationFactor() != -1) {
            throw new OttlaException(
                    ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but replication factor was not set to -1.");
        }
        if (topic.partitions() != -1) {
            throw new OttlaException(
                    ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but numPartitions was not set to -1.");
        }
        TreeMap<Integer, PartitionImage> byNumber = new TreeMap<>();
        int replicas = 0;
        for (Assignment assignment : topic.assignments()) {
            if (byNumber.containsKey(assignment.partition())) {
                throw Placement.refused(
                        "Found multiple manual partition assignments for partition " + assignment.partition());
            }
            placement.check(assignment.brokerIds(), replicas);
            replicas = assignment.brokerIds().size();
            byNumber.put(assignment.partition(), placement.created(assignment.partition(), assignment.brokerIds()));
        }
        if (byNumber.firstKey() != 0 || byNumber.lastKey() != byNumber.size() - 1) {
            throw Placement.refused("partitions should be a consecutive 0-based integer sequence");
        }
        return List.copyOf(byNumber.values());
    }
}
