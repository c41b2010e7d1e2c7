package dev.ottla.broker.wire;

import dev.ottla.base.TopicId;
import org.apache.kafka.common.Uuid;

/** Topic ids as Kafka's generated classes have them. */
public final class WireIds {
    private WireIds() {}

    public static Uuid uuid(TopicId id) {
        return new Uuid(id.mostSignificantBits(), id.leastSignificantBits());
    }

    public static TopicId topicId(Uuid uuid) {
        return new TopicId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }
}
