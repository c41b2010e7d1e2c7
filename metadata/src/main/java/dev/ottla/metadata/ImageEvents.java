package dev.ottla.metadata;

import java.util.ArrayList;
import java.util.List;

/** An image told as events: what a snapshot holds, and what somebody hears who was not there from the start. */
public final class ImageEvents {
    private ImageEvents() {}

    /** The events that make {@code image} of {@link ClusterImage#EMPTY}, in an order that depends on the image only. */
    public static List<MetadataEvent> of(ClusterImage image) {
        List<MetadataEvent> events = new ArrayList<>();
        if (!image.clusterId().isEmpty()) {
            events.add(new MetadataEvent.ClusterCreated(image.clusterId()));
        }
        image.brokers().values().stream()
                .sorted((a, b) -> Integer.compare(a.brokerId(), b.brokerId()))
                .forEach(broker -> events.add(new MetadataEvent.BrokerRegistered(broker)));
        image.topics().values().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(topic -> events.add(new MetadataEvent.TopicCreated(topic)));
        image.configs().keySet().stream()
                .sorted((a, b) -> a.type() != b.type()
                        ? a.type().compareTo(b.type())
                        : a.name().compareTo(b.name()))
                .forEach(resource -> addConfigs(events, image, resource));
        if (image.nextProducerId() > 0) {
            events.add(new MetadataEvent.ProducerIdsAllocated(-1, image.nextProducerId()));
        }
        image.features().set().entrySet().stream()
                .sorted((one, other) -> one.getKey().compareTo(other.getKey()))
                .forEach(set -> events.add(new MetadataEvent.FeatureLevelChanged(
                        set.getKey(), set.getValue(), image.features().epoch())));
        return events;
    }

    private static void addConfigs(List<MetadataEvent> events, ClusterImage image, ConfigResource resource) {
        image.configs(resource).entrySet().stream()
                .sorted((a, b) -> a.getKey().compareTo(b.getKey()))
                .forEach(entry ->
                        events.add(new MetadataEvent.ConfigChanged(resource, entry.getKey(), entry.getValue())));
    }
}
