package dev.ottla.cli.config;

import dev.ottla.cli.kit.Json;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;

/** How a setting is shown. */
public final class Settings {
    private Settings() {}

    /** Whether someone set it: neither the default nor the broker's own. */
    public static boolean isSet(ConfigEntry entry) {
        return entry.source() != ConfigSource.DEFAULT_CONFIG;
    }

    public static String value(ConfigEntry entry) {
        return entry.isSensitive() ? "(hidden)" : String.valueOf(entry.value());
    }

    /** Where the value comes from, in a word or two. */
    public static String source(ConfigSource source) {
        return switch (source) {
            case DYNAMIC_TOPIC_CONFIG -> "topic";
            case DYNAMIC_BROKER_CONFIG -> "broker";
            case DYNAMIC_DEFAULT_BROKER_CONFIG -> "all brokers";
            case STATIC_BROKER_CONFIG -> "broker's start";
            case DEFAULT_CONFIG -> "default";
            case DYNAMIC_BROKER_LOGGER_CONFIG -> "logger";
            case DYNAMIC_CLIENT_METRICS_CONFIG -> "client metrics";
            case DYNAMIC_GROUP_CONFIG -> "group";
            case UNKNOWN -> "unknown";
        };
    }

    /** Name, value, source (Kafka's names), and where the value would come from otherwise. */
    public static Json json(ConfigEntry entry) {
        return Json.object()
                .with("name", entry.name())
                .with("value", entry.value())
                .with("source", entry.source().name())
                .with("readOnly", entry.isReadOnly())
                .with("sensitive", entry.isSensitive())
                .with(
                        "synonyms",
                        entry.synonyms().stream()
                                .map(synonym -> Json.object()
                                        .with("name", synonym.name())
                                        .with("value", synonym.value())
                                        .with("source", synonym.source().name()))
                                .toList());
    }
}
