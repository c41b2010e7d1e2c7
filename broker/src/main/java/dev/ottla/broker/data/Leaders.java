package dev.ottla.broker.data;

import dev.ottla.base.TopicId;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.Listener;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.network.Connection;
import dev.ottla.replication.Partitions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who leads a partition, and where that broker is reached: told beside an error that says the asker is wrong about it (KIP-951). */
final class Leaders {
    private final Partitions partitions;
    private final int nodeId;
    private final AdvertisedAddresses addresses;

    Leaders(Partitions partitions, int nodeId, AdvertisedAddresses addresses) {
        this.partitions = partitions;
        this.nodeId = nodeId;
        this.addresses = addresses;
    }

    /** An answer to a client: the leaders asked for, each one's endpoint noted once. */
    Told telling(Connection client) {
        return new Told(partitions.image(), client);
    }

    /** See {@link #telling}. */
    final class Told {
        private final ClusterImage image;
        private final Connection client;
        private final List<NodeEndpoint> endpoints = new ArrayList<>(1);

        private Told(ClusterImage image, Connection client) {
            this.image = image;
            this.client = client;
        }

        /** The partition as the cluster has it; null when the cluster does not know it. */
        @Nullable
        PartitionImage leaderOf(String topic, TopicId topicId, int partition) {
            TopicImage known = topicId.isZero() ? image.topic(topic) : image.topic(topicId);
            PartitionImage led = known == null ? null : known.partition(partition);
            if (led != null) {
                note(led.leader());
            }
            return led;
        }

        List<NodeEndpoint> endpoints() {
            return endpoints;
        }

        private void note(int leader) {
            BrokerImage broker = image.brokers().get(leader);
            if (broker == null || endpoints.stream().anyMatch(known -> known.nodeId() == leader)) {
                return;
            }
            if (leader == nodeId) {
                AdvertisedAddresses.Address own = addresses.of(client);
                endpoints.add(new NodeEndpoint(leader, own.host(), own.port(), broker.rack()));
                return;
            }
            for (Listener listener : broker.listeners()) {
                if (listener.name().equals(client.listenerName())) {
                    endpoints.add(new NodeEndpoint(leader, listener.host(), listener.port(), broker.rack()));
                    return;
                }
            }
        }
    }
}
