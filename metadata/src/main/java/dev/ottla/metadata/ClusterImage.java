package dev.ottla.metadata;

import dev.ottla.base.TopicId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * All that the cluster has agreed on, as one immutable value: reading needs no lock, and two images share what did not change.
 *
 * @param clusterId empty until the first event
 * @param topics by name
 * @param topicNames the names of all live topic ids
 * @param collisions names with {@code .} or {@code _} by their unified form, see {@link TopicNames}
 * @param brokers by id
 * @param configs dynamic configs; a resource without any is not there
 * @param nextProducerId the first producer id that nobody has yet
 * @param partitionCount partitions of all topics
 * @param features what clients may rely on
 */
public record ClusterImage(
        String clusterId,
        PMap<String, TopicImage> topics,
        PMap<TopicId, String> topicNames,
        PMap<String, PSet<String>> collisions,
        PMap<Integer, BrokerImage> brokers,
        PMap<ConfigResource, PMap<String, String>> configs,
        long nextProducerId,
        int partitionCount,
        FeatureLevels features) {
    /** Before the first event. */
    public static final ClusterImage EMPTY = new ClusterImage(
            "",
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            0,
            0,
            FeatureLevels.INITIAL);

    /** The topic of a name, or null. */
    public @Nullable TopicImage topic(String name) {
        return topics.get(name);
    }

    /** The topic of an id, or null. */
    public @Nullable TopicImage topic(TopicId id) {
        String name = topicNames.get(id);
        return name == null ? null : topics.get(name);
    }

    /** A live topic that metrics could not tell from a name, or null; Kafka lets no such name be added. */
    public @Nullable String collidingTopic(String name) {
        PSet<String> colliding = TopicNames.canCollide(name) ? collisions.get(TopicNames.unified(name)) : null;
        return colliding == null ? null : colliding.iterator().next();
    }

    /** What was set for a resource, without defaults; empty when nothing was. */
    public Map<String, String> configs(ConfigResource resource) {
        PMap<String, String> found = configs.get(resource);
        return found == null ? Map.of() : found;
    }

    /** What was set for a topic, without defaults. */
    public Map<String, String> topicConfigs(String topic) {
        return configs(ConfigResource.topic(topic));
    }

    /** Whether a broker is there and the data folder with its replica of a partition works. */
    public boolean isOnline(PartitionImage partition, int brokerId) {
        BrokerImage broker = brokers.get(brokerId);
        return broker != null && broker.isOnline(partition.directoryOf(brokerId));
    }

    /** The replicas of a partition that are not {@link #isOnline}; nearly always empty. */
    public List<Integer> offlineReplicas(PartitionImage partition) {
        for (int replica : partition.replicas()) {
            if (!isOnline(partition, replica)) {
                return partition.replicas().stream()
                        .filter(id -> !isOnline(partition, id))
                        .toList();
            }
        }
        return List.of();
    }

    /**
     * The image after an event.
     *
     * @throws IllegalStateException when the event does not fit: the log it came from is damaged or not of this cluster
     */
    public ClusterImage apply(MetadataEvent event) {
        return ImageUpdate.apply(this, event);
    }

    /** The image after events, in order. */
    public ClusterImage apply(Iterable<? extends MetadataEvent> events) {
        ClusterImage image = this;
        for (MetadataEvent event : events) {
            image = image.apply(event);
        }
        return image;
    }
}
