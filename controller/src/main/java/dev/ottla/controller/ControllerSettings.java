package dev.ottla.controller;

import dev.ottla.metadata.config.ConfigCatalogue;
import java.util.Map;

/**
 * What the controller knows beside the image.
 *
 * @param staticConfigs this node's own settings, by Kafka's names, as they were written; already checked
 */
public record ControllerSettings(int nodeId, Map<String, String> staticConfigs) {
    public ControllerSettings {
        staticConfigs = Map.copyOf(staticConfigs);
    }

    int defaultPartitions() {
        return (Integer) value("num.partitions");
    }

    int defaultReplicationFactor() {
        return (Integer) value("default.replication.factor");
    }

    boolean topicDeletionEnabled() {
        return (Boolean) value("delete.topic.enable");
    }

    private Object value(String name) {
        ConfigCatalogue catalogue = ConfigCatalogue.standard();
        String text = staticConfigs.get(name);
        if (text == null) {
            text = catalogue.defaultOf(name);
        }
        return catalogue.parseBroker(name, text);
    }
}
