package dev.ottla.broker.data;

import dev.ottla.base.TopicId;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.Listener;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who leads a partition that does not lead here, and where that broker is reached (KIP-951). */
final class Endpoints {
    private final ClusterImage image;
    private final String listenerName;
    private final List<NodeEndpoint> found = new ArrayList<>(1);

    /** @param listenerName of the connection that asks: it is told the same listener of the other broker */
    Endpoints(ClusterImage image, String listenerName) {
        this.image = image;
        this.listenerName = listenerName;
    }

    /** The partition as the cluster has it, its leader's endpoint noted; null when the cluster does not know it. */
    @Nullable
    PartitionImage leaderOf(String topic, TopicId topicId, int partition) {
        TopicImage known = topicId.isZero() ? image.topic(topic) : image.topic(topicId);
        PartitionImage led = known == null ? null : known.partition(partition);
        if (led != null) {
            note(led.leader());
        }
        return led;
    }

    List<NodeEndpoint> found() {
        return found;
    }

    private void note(int brokerId) {
        BrokerImage broker = image.brokers().get(brokerId);
        if (broker == null || found.stream().anyMatch(known -> known.nodeId() == brokerId)) {
            return;
        }
        for (Listener listener : broker.listeners()) {
            if (listener.name().equals(listenerName)) {
                found.add(new NodeEndpoint(brokerId, listener.host(), listener.port(), broker.rack()));
                return;
            }
        }
    }
}
