package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.ConfigResourceType;
import dev.ottla.metadata.config.ConfigCatalogue;
import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.metadata.config.EffectiveConfigs;
import dev.ottla.metadata.config.Setting;
import dev.ottla.metadata.config.SettingValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether a group may have these settings: what it sets, or else inherits, lies within the broker's bounds, as in Apache Kafka. */
final class GroupConfigCheck {
    /** In the order in which Kafka looks. */
    private static final List<Bounds> BOUNDS = List.of(
            both("consumer", "heartbeat.interval.ms"),
            both("consumer", "session.timeout.ms"),
            whenSet("consumer", "assignment.interval.ms"),
            both("share", "heartbeat.interval.ms"),
            both("share", "session.timeout.ms"),
            both("share", "record.lock.duration.ms"),
            both("share", "delivery.count.limit"),
            both("share", "partition.max.record.locks"),
            whenSet("share", "assignment.interval.ms"),
            both("streams", "heartbeat.interval.ms"),
            both("streams", "session.timeout.ms"),
            new Bounds("streams.num.standby.replicas", "", "group.streams.max.standby.replicas", false),
            whenSet("streams", "assignment.interval.ms"));

    private static final List<String> PROTOCOLS = List.of("consumer", "share", "streams");

    /**
     * A number's bounds on the broker.
     *
     * @param min the broker's setting; empty for none
     * @param onlyWhenSet what is inherited need not lie within
     */
    private record Bounds(String name, String min, String max, boolean onlyWhenSet) {}

    private GroupConfigCheck() {}

    private static Bounds both(String protocol, String name) {
        return bounds(protocol, name, false);
    }

    private static Bounds whenSet(String protocol, String name) {
        return bounds(protocol, name, true);
    }

    private static Bounds bounds(String protocol, String name, boolean onlyWhenSet) {
        String group = "group." + protocol;
        return new Bounds(protocol + "." + name, group + ".min." + name, group + ".max." + name, onlyWhenSet);
    }

    /**
     * Checks all settings of one group together.
     *
     * @throws OttlaException INVALID_CONFIG with Kafka's message
     */
    static void check(EffectiveConfigs brokers, Map<String, String> configs) {
        Map<String, String> sorted = new TreeMap<>(configs);
        sorted.forEach((name, value) -> {
            ConfigLengths.check(name, value);
            if (ConfigCatalogue.standard().groupSetting(name) == null) {
                throw refused("Unknown group config name: " + name);
            }
        });
        sorted.forEach(GroupConfigCheck::checkValue);
        ConfigValues values = brokers.group(sorted);
        ConfigValues limits = brokers.broker();
        for (Bounds bounds : BOUNDS) {
            if (!bounds.onlyWhenSet() || sorted.containsKey(bounds.name())) {
                check(bounds, values.intOf(bounds.name()), limits);
            }
        }
        for (String protocol : PROTOCOLS) {
            String session = protocol + ".session.timeout.ms";
            String heartbeat = protocol + ".heartbeat.interval.ms";
            if (values.intOf(session) <= values.intOf(heartbeat)) {
                throw refused(session + " must be greater than " + heartbeat);
            }
        }
    }

    private static void checkValue(String name, String value) {
        Setting setting = ConfigCatalogue.standard().groupSetting(name);
        if (setting != null && SettingValue.parse(setting, value) instanceof SettingValue.Bad bad) {
            throw refused(bad.message());
        }
    }

    private static void check(Bounds bounds, int value, ConfigValues limits) {
        if (!bounds.min().isEmpty() && value < limits.intOf(bounds.min())) {
            throw refused(bounds.name() + " must be greater than or equal to " + bounds.min());
        }
        if (value > limits.intOf(bounds.max())) {
            throw refused(bounds.name() + " must be less than or equal to " + bounds.max());
        }
    }

    /**
     * Groups need not exist to have settings, so only this bounds their number.
     *
     * @throws OttlaException POLICY_VIOLATION
     */
    static void checkRoom(ClusterImage image, ConfigResource group, Map<String, String> after) {
        if (after.isEmpty() || image.configs().containsKey(group)) {
            return;
        }
        if (group.name().length() > ControllerLimits.MAX_GROUP_NAME_LENGTH
                || groupsWithConfigs(image) >= ControllerLimits.MAX_GROUPS_WITH_CONFIGS) {
            throw new OttlaException(
                    ErrorCode.POLICY_VIOLATION,
                    "At most " + ControllerLimits.MAX_GROUPS_WITH_CONFIGS
                            + " groups may have settings of their own, each with a name of at most "
                            + ControllerLimits.MAX_GROUP_NAME_LENGTH + " characters.");
        }
    }

    /** Counted only when there can be too many of them. */
    private static long groupsWithConfigs(ClusterImage image) {
        if (image.configs().size() < ControllerLimits.MAX_GROUPS_WITH_CONFIGS) {
            return 0;
        }
        return image.configs().keySet().stream()
                .filter(resource -> resource.type() == ConfigResourceType.GROUP)
                .count();
    }

    private static OttlaException refused(String message) {
        return new OttlaException(ErrorCode.INVALID_CONFIG, message);
    }
}
