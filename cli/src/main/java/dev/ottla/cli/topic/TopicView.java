package dev.ottla.cli.topic;

import dev.ottla.cli.client.Failures;
import dev.ottla.cli.config.Settings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/**
 * All that `topic describe` shows of one topic.
 *
 * @param settings the ones that someone set
 */
record TopicView(TopicDescription topic, List<PartitionView> partitions, List<ConfigEntry> settings) {
    /**
     * One partition.
     *
     * @param start the first offset, null when nobody leads the partition
     * @param end the offset that the next record gets, null when nobody leads the partition
     * @param sizeBytes of the leader's replica, null when unknown
     */
    record PartitionView(
            TopicPartitionInfo info,
            @Nullable Long start,
            @Nullable Long end,
            @Nullable Long sizeBytes) {
        @Nullable
        Integer leader() {
            return hasLeader(info) ? info.leader().id() : null;
        }

        /** Offsets in use: compaction and transaction markers make the number of records smaller. */
        @Nullable
        Long records() {
            return start == null || end == null ? null : end - start;
        }
    }

    /** The requests for all topics travel together. */
    static List<TopicView> load(Admin admin, List<String> names) {
        Map<String, TopicDescription> topics = new TreeMap<>();
        admin.describeTopics(names)
                .topicNameValues()
                .forEach((name, topic) -> topics.put(name, Failures.await(topic, "topic '%s'".formatted(name))));
        Map<TopicPartition, KafkaFuture<Long>> starts = offsets(admin, topics, OffsetSpec.earliest());
        Map<TopicPartition, KafkaFuture<Long>> ends = offsets(admin, topics, OffsetSpec.latest());
        var settings = settings(admin, topics);
        var sizes = sizes(admin, topics);
        return topics.values().stream()
                .map(topic -> new TopicView(
                        topic,
                        topic.partitions().stream()
                                .map(info -> partition(topic.name(), info, starts, ends, sizes))
                                .toList(),
                        settings.getOrDefault(topic.name(), List.of())))
                .toList();
    }

    private static PartitionView partition(
            String topic,
            TopicPartitionInfo info,
            Map<TopicPartition, KafkaFuture<Long>> starts,
            Map<TopicPartition, KafkaFuture<Long>> ends,
            Map<TopicPartition, Long> sizes) {
        var partition = new TopicPartition(topic, info.partition());
        return new PartitionView(
                info, await(starts.get(partition), topic), await(ends.get(partition), topic), sizes.get(partition));
    }

    private static @Nullable Long await(@Nullable KafkaFuture<Long> offset, String topic) {
        return offset == null ? null : Failures.await(offset, "topic '%s'".formatted(topic));
    }

    private static Stream<TopicPartition> led(Map<String, TopicDescription> topics) {
        return topics.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .filter(TopicView::hasLeader)
                        .map(info -> new TopicPartition(topic.name(), info.partition())));
    }

    private static boolean hasLeader(TopicPartitionInfo info) {
        @Nullable Node leader = info.leader();
        return leader != null && !leader.isEmpty();
    }

    private static Map<TopicPartition, KafkaFuture<Long>> offsets(
            Admin admin, Map<String, TopicDescription> topics, OffsetSpec which) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        led(topics).forEach(partition -> asked.put(partition, which));
        var result = admin.listOffsets(asked);
        var offsets = new HashMap<TopicPartition, KafkaFuture<Long>>();
        for (TopicPartition partition : asked.keySet()) {
            offsets.put(partition, result.partitionResult(partition).thenApply(info -> info.offset()));
        }
        return offsets;
    }

    private static Map<String, List<ConfigEntry>> settings(Admin admin, Map<String, TopicDescription> topics) {
        var resources = topics.keySet().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<ConfigResource, Config> configs = Failures.await(
                admin.describeConfigs(resources, new DescribeConfigsOptions()).all(), "topic settings");
        var settings = new HashMap<String, List<ConfigEntry>>();
        configs.forEach((resource, config) -> settings.put(
                resource.name(),
                config.entries().stream()
                        .filter(Settings::isSet)
                        .sorted(Comparator.comparing(ConfigEntry::name))
                        .toList()));
        return settings;
    }

    private static Map<TopicPartition, Long> sizes(Admin admin, Map<String, TopicDescription> topics) {
        var leaders = new HashMap<TopicPartition, Integer>();
        topics.values()
                .forEach(topic -> topic.partitions().stream()
                        .filter(TopicView::hasLeader)
                        .forEach(info -> leaders.put(
                                new TopicPartition(topic.name(), info.partition()),
                                info.leader().id())));
        var brokers = leaders.values().stream().distinct().toList();
        var sizes = new HashMap<TopicPartition, Long>();
        Failures.await(admin.describeLogDirs(brokers).allDescriptions(), "data folders")
                .forEach((broker, folders) -> folders.values()
                        .forEach(folder -> folder.replicaInfos().forEach((partition, replica) -> {
                            if (broker.equals(leaders.get(partition)) && !replica.isFuture()) {
                                sizes.put(partition, replica.size());
                            }
                        })));
        return sizes;
    }
}
