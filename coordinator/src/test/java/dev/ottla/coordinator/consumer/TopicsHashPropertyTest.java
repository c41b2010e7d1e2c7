package dev.ottla.coordinator.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.TopicId;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What makes a group of the consumer protocol assign again (KIP-1101). */
class TopicsHashPropertyTest {
    private static final int SEEDS = Integer.getInteger("ottla.groups.seeds", 3_000);
    private static final TreeSet<String> READ = new TreeSet<>(List.of("t-0", "t-1"));

    private static ClusterImage cluster(List<List<Integer>> replicas, Map<Integer, String> racks) {
        List<PartitionImage> partitions = new ArrayList<>();
        for (int i = 0; i < replicas.size(); i++) {
            partitions.add(PartitionImage.created(i, replicas.get(i)));
        }
        ClusterImage image = ClusterImage.EMPTY.apply(
                new MetadataEvent.TopicCreated(new TopicImage("t-0", new TopicId(7, 1), partitions)));
        for (Map.Entry<Integer, String> rack : racks.entrySet()) {
            image = image.apply(new MetadataEvent.BrokerRegistered(
                    new BrokerImage(rack.getKey(), 1, List.of(), rack.getValue(), List.of())));
        }
        return image;
    }

    @Test
    void theOrderOfReplicasDoesNotCount() {
        // Given replicas in three racks, of which another one leads by now
        Map<Integer, String> racks = Map.of(1, "a", 2, "b", 3, "c");
        ClusterImage before = cluster(List.of(List.of(1, 2, 3), List.of(2, 3, 1)), racks);
        ClusterImage after = cluster(List.of(List.of(3, 1, 2), List.of(2, 1, 3)), racks);
        // When, then
        assertThat(Subscribed.hash(READ, after)).isEqualTo(Subscribed.hash(READ, before));
    }

    @Test
    void anotherRackCounts() {
        // Given names that Java's hash takes for the same
        List<List<Integer>> replicas = List.of(List.of(1, 2));
        long before = Subscribed.hash(READ, cluster(replicas, Map.of(1, "Aa", 2, "b")));
        // When, then
        assertThat(Subscribed.hash(READ, cluster(replicas, Map.of(1, "BB", 2, "b"))))
                .isNotEqualTo(before);
        assertThat(Subscribed.hash(READ, cluster(replicas, Map.of(2, "b")))).isNotEqualTo(before);
    }

    @Test
    void theSameChangesCountAsInKafka() {
        for (int seed = 0; seed < SEEDS; seed++) {
            // Given a cluster, and what became of it
            Random random = new Random(seed);
            ClusterImage before = cluster(random);
            ClusterImage after = random.nextInt(4) == 0 ? cluster(random) : changed(before, random);
            // When Apache Kafka takes them for the same, or not, then so does Ottla
            boolean same = KafkaTopicsHash.of(READ, before) == KafkaTopicsHash.of(READ, after);
            assertThat(Subscribed.hash(READ, before) == Subscribed.hash(READ, after))
                    .as("seed %d: %s and %s", seed, before, after)
                    .isEqualTo(same);
        }
    }

    private static ClusterImage cluster(Random random) {
        ClusterImage image = ClusterImage.EMPTY;
        for (int topic = 0; topic < 3; topic++) {
            List<PartitionImage> partitions = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                partitions.add(PartitionImage.created(i, replicas(random)));
            }
            if (random.nextInt(4) > 0) {
                TopicId id = new TopicId(topic, random.nextInt(2));
                image = image.apply(new MetadataEvent.TopicCreated(new TopicImage("t-" + topic, id, partitions)));
            }
        }
        for (int broker = 1; broker <= 3; broker++) {
            image = image.apply(registered(broker, random));
        }
        return image;
    }

    private static List<Integer> replicas(Random random) {
        List<Integer> replicas = new ArrayList<>(List.of(1, 2, 3));
        Collections.shuffle(replicas, random);
        return replicas.subList(0, 1 + random.nextInt(3));
    }

    private static MetadataEvent registered(int broker, Random random) {
        String[] racks = {null, "a", "b", "ab"};
        return new MetadataEvent.BrokerRegistered(
                new BrokerImage(broker, random.nextInt(5), List.of(), racks[random.nextInt(4)], List.of()));
    }

    /** One thing is otherwise, or only in another order. */
    private static ClusterImage changed(ClusterImage image, Random random) {
        TopicImage topic = image.topic("t-" + random.nextInt(3));
        int what = random.nextInt(4);
        if (what == 0 || topic == null) {
            return image.apply(registered(1 + random.nextInt(3), random));
        }
        ClusterImage without = image.apply(new MetadataEvent.TopicDeleted(topic.id()));
        return what == 1 ? without : without.apply(new MetadataEvent.TopicCreated(shuffled(topic, random)));
    }

    private static TopicImage shuffled(TopicImage topic, Random random) {
        List<PartitionImage> shuffled = new ArrayList<>();
        for (PartitionImage partition : topic.partitions()) {
            List<Integer> replicas = new ArrayList<>(partition.replicas());
            Collections.shuffle(replicas, random);
            shuffled.add(PartitionImage.created(partition.partition(), replicas));
        }
        return new TopicImage(topic.name(), topic.id(), shuffled);
    }
}
