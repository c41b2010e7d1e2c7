package dev.ottla.coordinator.consumer;

import dev.ottla.base.TopicId;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.common.runtime.CoordinatorMetadataDelta;
import org.apache.kafka.coordinator.common.runtime.CoordinatorMetadataImage;
import org.apache.kafka.coordinator.group.Utils;

/** Apache Kafka's hash of the topics that a group reads, computed by Apache Kafka over a cluster of ours. */
final class KafkaTopicsHash {
    private KafkaTopicsHash() {}

    static long of(SortedSet<String> topics, ClusterImage image) {
        Map<String, Long> hashes = new HashMap<>();
        for (String topic : topics) {
            if (image.topic(topic) != null) {
                hashes.put(topic, Utils.computeTopicHash(topic, new Cluster(image)));
            }
        }
        return Utils.computeGroupHash(hashes);
    }

    private record Topic(TopicImage topic, ClusterImage image) implements CoordinatorMetadataImage.TopicMetadata {
        @Override
        public String name() {
            return topic.name();
        }

        @Override
        public Uuid id() {
            return new Uuid(topic.id().mostSignificantBits(), topic.id().leastSignificantBits());
        }

        @Override
        public int partitionCount() {
            return topic.partitionCount();
        }

        @Override
        public List<String> partitionRacks(int partition) {
            return topic.partitions().get(partition).replicas().stream()
                    .map(replica -> image.brokers().get(replica))
                    .filter(Objects::nonNull)
                    .map(BrokerImage::rack)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toList());
        }
    }

    private record Cluster(ClusterImage image) implements CoordinatorMetadataImage {
        @Override
        public Set<Uuid> topicIds() {
            return image.topics().values().stream()
                    .map(topic -> new Topic(topic, image).id())
                    .collect(Collectors.toSet());
        }

        @Override
        public Set<String> topicNames() {
            return image.topics().values().stream().map(TopicImage::name).collect(Collectors.toSet());
        }

        @Override
        public Optional<TopicMetadata> topicMetadata(String name) {
            return Optional.ofNullable(image.topic(name)).map(topic -> new Topic(topic, image));
        }

        @Override
        public Optional<TopicMetadata> topicMetadata(Uuid id) {
            return Optional.ofNullable(
                            image.topic(new TopicId(id.getMostSignificantBits(), id.getLeastSignificantBits())))
                    .map(topic -> new Topic(topic, image));
        }

        @Override
        public CoordinatorMetadataDelta emptyDelta() {
            return CoordinatorMetadataDelta.EMPTY;
        }

        @Override
        public long version() {
            return 0;
        }

        @Override
        public boolean isEmpty() {
            return image.topics().isEmpty();
        }
    }
}
