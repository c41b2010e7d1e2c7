package dev.ottla.conformance;

import dev.ottla.conformance.CutProblem.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;

/** All topics that one disk ever had, and what clients were told of them; asks a broker after a cut whether it is all true. */
final class CutHistory {
    /** The topic setting that loads change: it has no effect on them. */
    static final String SETTING = "retention.ms";

    /** Its value is this and the number of the change. */
    static final long SETTING_BASE = 100_000_000_000L;

    private static final Duration READ_PATIENCE = Duration.ofSeconds(60);

    private final List<CutTopic> topics = new CopyOnWriteArrayList<>();

    void add(CutTopic topic) {
        topics.add(topic);
    }

    /** Everything that is wrong. What was in doubt is settled by what is there. */
    List<CutProblem> check(Target broker) throws Exception {
        List<CutProblem> problems = new ArrayList<>();
        try (Admin admin = JavaClient.admin(broker)) {
            Set<String> names = admin.listTopics().names().get();
            Map<String, TopicDescription> described =
                    admin.describeTopics(names).allTopicNames().get();
            Map<String, Integer> settings = settings(admin, names);
            for (String name : topics.stream().map(CutTopic::name).collect(Collectors.toSet())) {
                problems.addAll(settle(name, described.get(name), settings.getOrDefault(name, 0)));
            }
        }
        try (KafkaConsumer<String, String> consumer =
                JavaClient.consumer(broker, Map.of("max.poll.records", 10_000, "auto.offset.reset", "none"))) {
            problems.addAll(checkRecords(consumer));
        } catch (TimeoutException offline) {
            // Partitions that have been found damaged have no leader.
            problems.add(new CutProblem(Kind.NOT_SERVED, 0, "of all partitions: " + offline.getMessage()));
        }
        topics.removeIf(topic -> topic.stage() == CutTopic.Stage.GONE && topic != lastOf(topic.name()));
        return problems;
    }

    long ackedRecords() {
        return topics.stream()
                .flatMapToLong(topic -> java.util.stream.IntStream.range(0, topic.partitionCount())
                        .mapToLong(p -> topic.told(p).acked.size()))
                .sum();
    }

    /** Records that compaction had taken when checks looked for them. */
    long compactedAway() {
        return topics.stream()
                .flatMapToLong(topic -> java.util.stream.IntStream.range(0, topic.partitionCount())
                        .mapToLong(p -> topic.told(p).compactedAway.sum()))
                .sum();
    }

    /** Only the last life of a name can be anything but gone: nothing is created before the deletion was acknowledged. */
    private CutTopic lastOf(String name) {
        return topics.stream()
                .filter(topic -> topic.name().equals(name))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    private List<CutProblem> settle(String name, TopicDescription found, int settingFound) {
        CutTopic last = lastOf(name);
        boolean mayExist = last.stage() != CutTopic.Stage.GONE;
        boolean mustExist = last.stage() == CutTopic.Stage.LIVE;
        if (found == null) {
            if (mustExist) {
                return List.of(new CutProblem(Kind.TOPIC_LOST, 0, last.toString()));
            }
            last.gone();
            return List.of();
        }
        boolean anotherId = !last.id().equals(org.apache.kafka.common.Uuid.ZERO_UUID)
                && !last.id().equals(found.topicId());
        if (!mayExist || anotherId) {
            return List.of(new CutProblem(Kind.TOPIC_CAME_BACK, 0, last + " found with id " + found.topicId()));
        }
        List<CutProblem> problems = new ArrayList<>();
        if (found.partitions().size() != last.partitionCount()) {
            problems.add(new CutProblem(
                    Kind.TOPIC_LOST, 0, last + " has " + found.partitions().size() + " partitions"));
        }
        if (settingFound != last.setting() && settingFound != last.settingAsked()) {
            problems.add(new CutProblem(
                    Kind.SETTING_LOST, 0, last + " has setting " + settingFound + ", not " + last.setting()));
        }
        last.settle(found.topicId(), settingFound);
        return problems;
    }

    private static Map<String, Integer> settings(Admin admin, Set<String> names) throws Exception {
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, Integer> settings = new HashMap<>();
        admin.describeConfigs(resources).all().get().forEach((resource, config) -> {
            long value = Long.parseLong(config.get(SETTING).value());
            settings.put(resource.name(), value < SETTING_BASE ? 0 : (int) (value - SETTING_BASE));
        });
        return settings;
    }

    private List<CutProblem> checkRecords(KafkaConsumer<String, String> consumer) {
        Map<TopicPartition, CutTopic> all = new HashMap<>();
        for (CutTopic topic : topics) {
            if (topic.stage() == CutTopic.Stage.LIVE) {
                JavaClient.partitions(topic.name(), topic.partitionCount()).forEach(p -> all.put(p, topic));
            }
        }
        List<CutProblem> problems = new ArrayList<>();
        Map<TopicPartition, List<AckedHistory.Found>> found = new HashMap<>();
        Map<TopicPartition, Long> starts = new HashMap<>(consumer.beginningOffsets(all.keySet()));
        consumer.assign(all.keySet());
        // Not seekToBeginning, which asks later, when retention may have gone on.
        starts.forEach(consumer::seek);
        Map<TopicPartition, Long> missing = new HashMap<>(consumer.endOffsets(all.keySet()));
        missing.entrySet().removeIf(end -> end.getValue() <= starts.get(end.getKey()));
        long deadline = System.nanoTime() + READ_PATIENCE.toNanos();
        while (!missing.isEmpty() && System.nanoTime() < deadline) {
            try {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    TopicPartition from = new TopicPartition(record.topic(), record.partition());
                    found.computeIfAbsent(from, _ -> new ArrayList<>())
                            .add(new AckedHistory.Found(
                                    record.offset(), CutValue.textOf(record.key(), record.value())));
                }
            } catch (OffsetOutOfRangeException removed) {
                // Retention went on: once more from where it got to.
                removed.partitions().forEach(found::remove);
                Map<TopicPartition, Long> now = consumer.beginningOffsets(removed.partitions());
                starts.putAll(now);
                now.forEach(consumer::seek);
            }
            missing.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        }
        missing.forEach((partition, end) ->
                problems.add(new CutProblem(Kind.NOT_SERVED, 0, partition + " cannot be read up to " + end)));
        all.forEach((partition, topic) -> {
            if (!missing.containsKey(partition)) {
                problems.addAll(CutCheck.run(
                        topic, partition.partition(), starts.get(partition), found.getOrDefault(partition, List.of())));
            }
        });
        return problems;
    }
}
