package dev.ottla.broker.coordination;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.controller.ConfigSetting;
import dev.ottla.controller.Controller;
import dev.ottla.controller.CreateTopics;
import dev.ottla.metadata.TopicImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A topic that coordinators live in; it comes when it is asked for first. */
public final class InternalTopic {
    private final String name;
    private final Controller controller;
    private final int partitions;
    private final int replicationFactor;
    private final List<ConfigSetting> configs;

    /** @param replicationFactor at most so many replicas; with fewer brokers fewer */
    public InternalTopic(
            String name, Controller controller, int partitions, int replicationFactor, List<ConfigSetting> configs) {
        this.name = name;
        this.controller = controller;
        this.partitions = partitions;
        this.replicationFactor = replicationFactor;
        this.configs = configs;
    }

    public String name() {
        return name;
    }

    /** The topic; null while there is none. */
    public @Nullable TopicImage image() {
        return controller.image().topic(name);
    }

    /**
     * The topic, made if there is none. Blocks then.
     *
     * @throws OttlaException COORDINATOR_NOT_AVAILABLE when it cannot be made
     */
    public TopicImage orCreate() {
        TopicImage present = image();
        if (present != null) {
            return present;
        }
        int brokers = controller.image().brokers().size();
        int replicas = Math.clamp(replicationFactor, 1, Math.max(1, brokers));
        CreateTopics.NewTopic topic = new CreateTopics.NewTopic(name, partitions, replicas, List.of(), configs);
        CreateTopics.Result result =
                controller.submit(new CreateTopics(List.of(topic), false)).getFirst();
        ErrorCode code = result.outcome().code();
        TopicImage created = image();
        if (created == null) {
            throw new OttlaException(
                    ErrorCode.COORDINATOR_NOT_AVAILABLE, name + " could not be created (" + code + "); ask again");
        }
        return created;
    }

    /** The partition whose leader coordinates what has this key, when there are so many; as Kafka's clients and tools compute it. */
    public static int partitionOf(String key, int partitionCount) {
        return (key.hashCode() & Integer.MAX_VALUE) % partitionCount;
    }
}
