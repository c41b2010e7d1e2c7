package dev.ottla.broker.group;

import dev.ottla.broker.coordination.InternalTopic;
import dev.ottla.controller.ConfigSetting;
import dev.ottla.controller.Controller;
import dev.ottla.metadata.config.ConfigValues;
import java.util.List;

/** {@code __consumer_offsets}: it comes with the first group, as wide as offsets.topic.num.partitions says. */
public final class OffsetsTopic {
    public static final String NAME = "__consumer_offsets";

    private OffsetsTopic() {}

    public static InternalTopic of(Controller controller, ConfigValues settings) {
        return new InternalTopic(
                NAME,
                controller,
                settings.intOf("offsets.topic.num.partitions"),
                settings.shortOf("offsets.topic.replication.factor"),
                List.of(
                        new ConfigSetting("cleanup.policy", "compact"),
                        new ConfigSetting("compression.type", "producer"),
                        new ConfigSetting(
                                "segment.bytes", String.valueOf(settings.intOf("offsets.topic.segment.bytes")))));
    }
}
