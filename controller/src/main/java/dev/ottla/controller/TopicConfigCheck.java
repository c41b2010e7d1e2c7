package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.metadata.config.ConfigCatalogue;
import dev.ottla.metadata.config.Setting;
import dev.ottla.metadata.config.Verdict;
import java.util.Map;
import java.util.TreeMap;

/** Whether a topic may have these configs: Kafka's checks first, then what works in Ottla. */
final class TopicConfigCheck {
    private static final String MIN_LAG = "min.compaction.lag.ms";
    private static final String MAX_LAG = "max.compaction.lag.ms";

    private TopicConfigCheck() {}

    /**
     * Checks all configs of one topic together.
     *
     * @throws OttlaException INVALID_CONFIG, told of an unknown name first and then of the first bad value by name
     */
    static void check(Map<String, String> configs) {
        ConfigCatalogue catalogue = ConfigCatalogue.standard();
        Map<String, String> sorted = new TreeMap<>(configs);
        sorted.forEach((name, value) -> {
            if (catalogue.topicSetting(name) == null) {
                throw refused("Unknown topic config name: " + name);
            }
            ConfigLengths.check(name, value);
        });
        sorted.forEach(catalogue::parseTopic);
        checkLags(catalogue, sorted);
        sorted.forEach((name, value) -> {
            if (catalogue.judgeTopic(name, value) instanceof Verdict.Refused refused) {
                throw refused(refused.message());
            }
        });
    }

    private static void checkLags(ConfigCatalogue catalogue, Map<String, String> configs) {
        long min = longOf(catalogue, configs, MIN_LAG);
        long max = longOf(catalogue, configs, MAX_LAG);
        if (min > max) {
            throw refused(
                    "conflict topic config setting " + MIN_LAG + " (" + min + ") > " + MAX_LAG + " (" + max + ")");
        }
    }

    private static long longOf(ConfigCatalogue catalogue, Map<String, String> configs, String name) {
        Setting setting = catalogue.topicSetting(name);
        if (setting == null || setting.defaultValue() == null) {
            throw new IllegalStateException("The catalogue lacks " + name);
        }
        return (Long) catalogue.parseTopic(name, configs.getOrDefault(name, setting.defaultValue()));
    }

    private static OttlaException refused(String message) {
        return new OttlaException(ErrorCode.INVALID_CONFIG, message);
    }
}
