package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.modern.Assignment;
import org.apache.kafka.coordinator.group.modern.GroupSpecImpl;
import org.apache.kafka.coordinator.group.modern.MemberSubscriptionAndAssignmentImpl;

/** Apache Kafka's own assignors, asked as ours are. */
final class KafkaAssignors {
    private KafkaAssignors() {}

    /** What Kafka's assignor gives to each member. */
    static Map<String, Map<TopicId, SortedSet<Integer>>> assign(
            ConsumerGroupPartitionAssignor assignor,
            Map<String, Assignor.Reader> members,
            Map<TopicId, Integer> partitionCounts) {
        Map<String, MemberSubscriptionAndAssignmentImpl> specs = new LinkedHashMap<>();
        Map<Uuid, Map<Integer, String>> owners = new HashMap<>();
        members.forEach((memberId, reader) -> {
            Map<Uuid, Set<Integer>> has = new HashMap<>();
            reader.has().forEach((topic, partitions) -> {
                has.put(uuid(topic), new HashSet<>(partitions));
                partitions.forEach(partition -> owners.computeIfAbsent(uuid(topic), id -> new HashMap<>())
                        .put(partition, memberId));
            });
            Set<Uuid> topics = new HashSet<>();
            reader.topics().forEach(topic -> topics.add(uuid(topic)));
            specs.put(
                    memberId,
                    new MemberSubscriptionAndAssignmentImpl(
                            Optional.empty(), Optional.ofNullable(reader.instanceId()), topics, new Assignment(has)));
        });
        boolean alike = members.values().stream()
                        .map(Assignor.Reader::topics)
                        .distinct()
                        .count()
                <= 1;
        Map<String, Map<TopicId, SortedSet<Integer>>> assigned = new LinkedHashMap<>();
        assignor.assign(
                        new GroupSpecImpl(
                                specs, alike ? SubscriptionType.HOMOGENEOUS : SubscriptionType.HETEROGENEOUS, owners),
                        new Counts(partitionCounts))
                .members()
                .forEach((memberId, got) -> assigned.put(memberId, ours(got.partitions())));
        members.keySet().forEach(memberId -> assigned.putIfAbsent(memberId, new TreeMap<>()));
        return assigned;
    }

    private static Map<TopicId, SortedSet<Integer>> ours(Map<Uuid, Set<Integer>> partitions) {
        Map<TopicId, SortedSet<Integer>> ours = new TreeMap<>();
        partitions.forEach((topic, numbers) -> {
            if (!numbers.isEmpty()) {
                ours.put(
                        new TopicId(topic.getMostSignificantBits(), topic.getLeastSignificantBits()),
                        new TreeSet<>(numbers));
            }
        });
        return ours;
    }

    private static Uuid uuid(TopicId topic) {
        return new Uuid(topic.mostSignificantBits(), topic.leastSignificantBits());
    }

    private record Counts(Map<TopicId, Integer> partitions) implements SubscribedTopicDescriber {
        @Override
        public int numPartitions(Uuid topic) {
            return partitions.getOrDefault(
                    new TopicId(topic.getMostSignificantBits(), topic.getLeastSignificantBits()), -1);
        }

        @Override
        public Set<String> racksForPartition(Uuid topic, int partition) {
            return Set.of();
        }
    }
}
