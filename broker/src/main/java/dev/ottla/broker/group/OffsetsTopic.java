package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.controller.ConfigSetting;
import dev.ottla.controller.Controller;
import dev.ottla.controller.CreateTopics;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.config.ConfigValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code __consumer_offsets}: it comes with the first group, as wide as offsets.topic.num.partitions says. */
final class OffsetsTopic {
    static final String NAME = "__consumer_offsets";

    private final Controller controller;
    private final ConfigValues settings;

    OffsetsTopic(Controller controller, ConfigValues settings) {
        this.controller = controller;
        this.settings = settings;
    }

    /** The topic; null while there is none. */
    @Nullable
    TopicImage image() {
        return controller.image().topic(NAME);
    }

    /**
     * The topic, made if there is none. Blocks then.
     *
     * @throws OttlaException COORDINATOR_NOT_AVAILABLE when it cannot be made
     */
    TopicImage orCreate() {
        TopicImage present = image();
        if (present != null) {
            return present;
        }
        int brokers = controller.image().brokers().size();
        int replicas = Math.clamp(settings.shortOf("offsets.topic.replication.factor"), 1, Math.max(1, brokers));
        CreateTopics.NewTopic topic = new CreateTopics.NewTopic(
                NAME,
                settings.intOf("offsets.topic.num.partitions"),
                replicas,
                List.of(),
                List.of(
                        new ConfigSetting("cleanup.policy", "compact"),
                        new ConfigSetting("compression.type", "producer"),
                        new ConfigSetting(
                                "segment.bytes", String.valueOf(settings.intOf("offsets.topic.segment.bytes")))));
        CreateTopics.Result result =
                controller.submit(new CreateTopics(List.of(topic), false)).getFirst();
        ErrorCode code = result.outcome().code();
        TopicImage created = image();
        if (created == null) {
            throw new OttlaException(
                    ErrorCode.COORDINATOR_NOT_AVAILABLE, NAME + " could not be created (" + code + "); ask again");
        }
        return created;
    }
}
