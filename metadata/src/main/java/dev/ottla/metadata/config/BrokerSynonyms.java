package dev.ottla.metadata.config;

import java.util.List;

/** Broker settings that stand for the same thing in several units, the finest first. */
final class BrokerSynonyms {
    private static final List<List<String>> FAMILIES = List.of(
            List.of("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
            List.of("log.roll.ms", "log.roll.hours"),
            List.of("log.roll.jitter.ms", "log.roll.jitter.hours"));
    private static final String FLUSH_INTERVAL = "log.flush.interval.ms";

    private BrokerSynonyms() {}

    static List<String> of(String name) {
        if (name.equals(FLUSH_INTERVAL)) {
            return List.of(FLUSH_INTERVAL, "log.flush.scheduler.interval.ms");
        }
        for (List<String> family : FAMILIES) {
            if (family.contains(name)) {
                return family;
            }
        }
        return List.of(name);
    }
}
