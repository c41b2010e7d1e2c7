package dev.ottla.metadata;

import dev.ottla.base.TopicId;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/** One step of the image: what each event does to it. */
final class ImageUpdate {
    private ImageUpdate() {}

    static ClusterImage apply(ClusterImage image, MetadataEvent event) {
        return switch (event) {
            case MetadataEvent.ClusterCreated created -> clusterCreated(image, created.clusterId());
            case MetadataEvent.BrokerRegistered registered ->
                withBrokers(image, image.brokers().plus(registered.broker().brokerId(), registered.broker()));
            case MetadataEvent.BrokerDirectoriesChanged changed -> directoriesChanged(image, changed);
            case MetadataEvent.TopicCreated created -> topicCreated(image, created.topic());
            case MetadataEvent.TopicDeleted deleted -> topicDeleted(image, existing(image, deleted.topicId()));
            case MetadataEvent.PartitionsAdded added ->
                withTopic(image, existing(image, added.topicId()).withMorePartitions(added.partitions()));
            case MetadataEvent.PartitionChanged changed -> partitionChanged(image, changed);
            case MetadataEvent.LeaderEpochsBumped bumped -> leaderEpochsBumped(image, bumped.brokerId());
            case MetadataEvent.ConfigChanged changed ->
                configChanged(image, changed.resource(), changed.name(), changed.value());
            case MetadataEvent.ProducerIdsAllocated allocated -> producerIds(image, allocated.nextProducerId());
            case MetadataEvent.FeatureLevelChanged changed -> featureLevel(image, changed);
        };
    }

    private static ClusterImage clusterCreated(ClusterImage image, String clusterId) {
        require(image.clusterId().isEmpty(), "The cluster was created twice");
        return new ClusterImage(
                clusterId,
                image.topics(),
                image.topicNames(),
                image.collisions(),
                image.brokers(),
                image.configs(),
                image.nextProducerId(),
                image.partitionCount(),
                image.features());
    }

    private static ClusterImage directoriesChanged(ClusterImage image, MetadataEvent.BrokerDirectoriesChanged changed) {
        BrokerImage broker = image.brokers().get(changed.brokerId());
        if (broker == null) {
            throw new IllegalStateException("There is no broker " + changed.brokerId());
        }
        return withBrokers(
                image, image.brokers().plus(changed.brokerId(), broker.withDirectories(changed.directories())));
    }

    private static ClusterImage topicCreated(ClusterImage image, TopicImage topic) {
        require(!image.topics().containsKey(topic.name()), "Topic " + topic.name() + " was created twice");
        require(!image.topicNames().containsKey(topic.id()), "Topic id " + topic.id() + " was given twice");
        return withTopics(
                image,
                image.topics().plus(topic.name(), topic),
                image.topicNames().plus(topic.id(), topic.name()),
                withCollision(image.collisions(), topic.name()),
                image.configs(),
                image.partitionCount() + topic.partitionCount());
    }

    private static ClusterImage topicDeleted(ClusterImage image, TopicImage topic) {
        return withTopics(
                image,
                image.topics().minus(topic.name()),
                image.topicNames().minus(topic.id()),
                withoutCollision(image.collisions(), topic.name()),
                image.configs().minus(ConfigResource.topic(topic.name())),
                image.partitionCount() - topic.partitionCount());
    }

    private static PMap<String, PSet<String>> withCollision(PMap<String, PSet<String>> collisions, String name) {
        if (!TopicNames.canCollide(name)) {
            return collisions;
        }
        String unified = TopicNames.unified(name);
        PSet<String> before = collisions.get(unified);
        return collisions.plus(unified, (before == null ? HashTreePSet.<String>empty() : before).plus(name));
    }

    private static PMap<String, PSet<String>> withoutCollision(PMap<String, PSet<String>> collisions, String name) {
        String unified = TopicNames.unified(name);
        PSet<String> before = collisions.get(unified);
        if (before == null) {
            return collisions;
        }
        PSet<String> after = before.minus(name);
        return after.isEmpty() ? collisions.minus(unified) : collisions.plus(unified, after);
    }

    private static ClusterImage partitionChanged(ClusterImage image, MetadataEvent.PartitionChanged changed) {
        TopicImage topic = existing(image, changed.topicId());
        PartitionImage after = changed.partition();
        require(
                topic.partition(after.partition()) != null,
                "Topic " + topic.name() + " has no partition " + after.partition());
        return withTopic(image, topic.withPartition(after));
    }

    private static ClusterImage leaderEpochsBumped(ClusterImage image, int brokerId) {
        PMap<String, TopicImage> topics = image.topics();
        for (TopicImage topic : image.topics().values()) {
            TopicImage after = new TopicImage(
                    topic.name(),
                    topic.id(),
                    topic.partitions().stream()
                            .map(partition -> partition.leader() == brokerId ? partition.withBumpedEpoch() : partition)
                            .toList());
            topics = topics.plus(topic.name(), after);
        }
        return withTopics(
                image, topics, image.topicNames(), image.collisions(), image.configs(), image.partitionCount());
    }

    private static ClusterImage configChanged(
            ClusterImage image, ConfigResource resource, String name, @Nullable String value) {
        PMap<String, String> before = image.configs().get(resource);
        if (before == null) {
            before = HashTreePMap.empty();
        }
        PMap<String, String> after = value == null ? before.minus(name) : before.plus(name, value);
        return withTopics(
                image,
                image.topics(),
                image.topicNames(),
                image.collisions(),
                after.isEmpty()
                        ? image.configs().minus(resource)
                        : image.configs().plus(resource, after),
                image.partitionCount());
    }

    private static ClusterImage producerIds(ClusterImage image, long nextProducerId) {
        require(nextProducerId > image.nextProducerId(), "Producer ids go up, not to " + nextProducerId);
        return new ClusterImage(
                image.clusterId(),
                image.topics(),
                image.topicNames(),
                image.collisions(),
                image.brokers(),
                image.configs(),
                nextProducerId,
                image.partitionCount(),
                image.features());
    }

    /** A level that this build does not work with is refused: it was set by a newer one, and clients rely on it. */
    private static ClusterImage featureLevel(ClusterImage image, MetadataEvent.FeatureLevelChanged changed) {
        Feature feature = changed.feature();
        require(
                changed.level() >= feature.lowest() && changed.level() <= feature.highest(),
                feature.wireName() + " is at level " + changed.level() + ", this Ottla works with " + feature.lowest()
                        + " to " + feature.highest());
        return new ClusterImage(
                image.clusterId(),
                image.topics(),
                image.topicNames(),
                image.collisions(),
                image.brokers(),
                image.configs(),
                image.nextProducerId(),
                image.partitionCount(),
                image.features().with(feature, changed.level(), changed.epoch()));
    }

    private static ClusterImage withTopic(ClusterImage image, TopicImage after) {
        TopicImage before = existing(image, after.id());
        return withTopics(
                image,
                image.topics().plus(after.name(), after),
                image.topicNames(),
                image.collisions(),
                image.configs(),
                image.partitionCount() + after.partitionCount() - before.partitionCount());
    }

    private static ClusterImage withBrokers(ClusterImage image, PMap<Integer, BrokerImage> brokers) {
        return new ClusterImage(
                image.clusterId(),
                image.topics(),
                image.topicNames(),
                image.collisions(),
                brokers,
                image.configs(),
                image.nextProducerId(),
                image.partitionCount(),
                image.features());
    }

    private static ClusterImage withTopics(
            ClusterImage image,
            PMap<String, TopicImage> topics,
            PMap<TopicId, String> topicNames,
            PMap<String, PSet<String>> collisions,
            PMap<ConfigResource, PMap<String, String>> configs,
            int partitionCount) {
        return new ClusterImage(
                image.clusterId(),
                topics,
                topicNames,
                collisions,
                image.brokers(),
                configs,
                image.nextProducerId(),
                partitionCount,
                image.features());
    }

    private static TopicImage existing(ClusterImage image, TopicId id) {
        TopicImage topic = image.topic(id);
        if (topic == null) {
            throw new IllegalStateException("There is no topic of id " + id);
        }
        return topic;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }
}
