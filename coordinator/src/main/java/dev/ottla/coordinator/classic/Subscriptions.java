package dev.ottla.coordinator.classic;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.jspecify.annotations.Nullable;

/** Looks into the metadata that consumers send to each other through their group. */
final class Subscriptions {
    private Subscriptions() {}

    /** The topics that a consumer's metadata names; null when it is not what Kafka's consumers send. */
    static @Nullable List<String> topics(byte[] metadata) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(metadata);
            short version = bytes.getShort();
            // Every version begins as version 0 does, so newer ones can be read too.
            return version < 0
                    ? null
                    : new ConsumerProtocolSubscription(new ByteBufferAccessor(bytes), (short) 0).topics();
        } catch (RuntimeException notASubscription) {
            return null;
        }
    }
}
