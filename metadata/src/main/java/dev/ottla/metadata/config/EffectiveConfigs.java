package dev.ottla.metadata.config;

import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which value is in force on one broker, and where it comes from: a topic's own, then the broker's live one, then the live default
 * of all brokers, then the broker's file, then Kafka's default. The order and contents of synonyms are those that Apache Kafka reports.
 */
public final class EffectiveConfigs {
    private static final String NODE_ID = "node.id";
    private static final String BROKER_ID = "broker.id";

    private final ConfigCatalogue catalogue = ConfigCatalogue.standard();
    private final Map<String, String> liveBroker;
    private final Map<String, String> liveDefaults;
    private final Map<String, String> staticConfigs;

    /**
     * @param liveBroker what was set live for this broker
     * @param liveDefaults what was set live for all brokers
     * @param staticConfigs what stands in this broker's file and on its command line
     */
    public EffectiveConfigs(
            Map<String, String> liveBroker, Map<String, String> liveDefaults, Map<String, String> staticConfigs) {
        this.liveBroker = Map.copyOf(liveBroker);
        this.liveDefaults = Map.copyOf(liveDefaults);
        this.staticConfigs = withBothIds(staticConfigs);
    }

    /** Kafka takes node.id and broker.id for the same. */
    private static Map<String, String> withBothIds(Map<String, String> staticConfigs) {
        Map<String, String> both = new HashMap<>(staticConfigs);
        String id = both.getOrDefault(NODE_ID, both.get(BROKER_ID));
        if (id != null) {
            both.put(NODE_ID, id);
            both.put(BROKER_ID, id);
        }
        return Map.copyOf(both);
    }

    /** As one image has it for one broker. */
    public static EffectiveConfigs of(ClusterImage image, int brokerId, Map<String, String> staticConfigs) {
        return new EffectiveConfigs(
                image.configs(ConfigResource.broker(brokerId)),
                image.configs(ConfigResource.ALL_BROKERS),
                staticConfigs);
    }

    /** A topic's values in force. */
    public ConfigValues topic(Map<String, String> topicConfigs) {
        return inherited(SettingScope.TOPIC, topicConfigs);
    }

    /** A group's values in force. */
    public ConfigValues group(Map<String, String> groupConfigs) {
        return inherited(SettingScope.GROUP, groupConfigs);
    }

    private ConfigValues inherited(SettingScope scope, Map<String, String> own) {
        Map<String, Object> values = new HashMap<>();
        for (Setting setting : catalogue.settings(scope)) {
            String text = own.get(setting.name());
            put(values, setting, text != null ? text : inheritedValue(setting));
        }
        return new ConfigValues(values);
    }

    /** This broker's values in force. */
    public ConfigValues broker() {
        Map<String, Object> values = new HashMap<>();
        for (SettingScope scope : List.of(SettingScope.BROKER, SettingScope.BROKER_DYNAMIC_ONLY)) {
            for (Setting setting : catalogue.settings(scope)) {
                put(values, setting, brokerValue(setting));
            }
        }
        return new ConfigValues(values);
    }

    /** All settings of a topic as DescribeConfigs lists them. */
    public List<ConfigEntry> describeTopic(Map<String, String> topicConfigs) {
        return listed(SettingScope.TOPIC)
                .map(setting -> describeInherited(
                        setting, topicConfigs.get(setting.name()), ConfigSource.DYNAMIC_TOPIC_CONFIG, false))
                .toList();
    }

    /** All settings of a group as DescribeConfigs lists them. */
    public List<ConfigEntry> describeGroup(Map<String, String> groupConfigs) {
        return listed(SettingScope.GROUP)
                .map(setting ->
                        describeInherited(setting, groupConfigs.get(setting.name()), ConfigSource.GROUP_CONFIG, true))
                .toList();
    }

    /** All settings of this broker as DescribeConfigs lists them. */
    public List<ConfigEntry> describeBroker() {
        return listed(SettingScope.BROKER).map(this::describeBroker).toList();
    }

    /** What was set live for all brokers, as DescribeConfigs of the empty broker name lists it. */
    public List<ConfigEntry> describeBrokerDefaults() {
        List<ConfigEntry> entries = new ArrayList<>();
        new TreeMap<>(liveDefaults).forEach((name, value) -> entries.add(describeDefault(name, value)));
        return entries;
    }

    private Stream<Setting> listed(SettingScope scope) {
        Collection<Setting> all = catalogue.settings(scope);
        return all.stream().filter(setting -> !setting.internal());
    }

    private ConfigEntry describeInherited(
            Setting setting, @Nullable String own, ConfigSource ownSource, boolean withOwnDefault) {
        List<ConfigSynonym> synonyms = new ArrayList<>();
        String value = own != null ? canonical(setting, own) : canonical(setting, inheritedValue(setting));
        if (own != null) {
            synonyms.add(new ConfigSynonym(setting.name(), value, ownSource));
        } else if (withOwnDefault && setting.synonyms().isEmpty()) {
            synonyms.add(new ConfigSynonym(setting.name(), value, ConfigSource.DEFAULT_CONFIG));
        }
        if (!setting.synonyms().isEmpty()) {
            List<String> names =
                    setting.synonyms().stream().map(Synonym::brokerSetting).toList();
            synonyms.addAll(brokerSynonyms(names.getFirst(), names));
        }
        return new ConfigEntry(
                setting.name(), value, sourceOf(synonyms), false, false, synonyms, setting.type(), setting.note());
    }

    private ConfigEntry describeBroker(Setting setting) {
        List<ConfigSynonym> synonyms = brokerSynonyms(setting.name(), BrokerSynonyms.of(setting.name()));
        String value = setting.sensitive() ? null : canonical(setting, brokerValue(setting));
        return new ConfigEntry(
                setting.name(),
                value,
                sourceOf(synonyms),
                !setting.dynamicInKafka(),
                setting.sensitive(),
                synonyms,
                setting.type(),
                setting.note());
    }

    private ConfigEntry describeDefault(String name, String value) {
        Setting setting = catalogue.brokerSetting(name);
        boolean sensitive = setting == null || setting.sensitive();
        ConfigSource source = ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG;
        String shown = sensitive ? null : value;
        return new ConfigEntry(
                name,
                shown,
                source,
                setting == null || !setting.dynamicInKafka(),
                sensitive,
                List.of(new ConfigSynonym(name, shown, source)),
                setting == null ? null : setting.type(),
                setting == null ? "" : setting.note());
    }

    /** Where a broker setting could take its value from; Kafka leaves out what stands before its own name's first mention. */
    private List<ConfigSynonym> brokerSynonyms(String name, List<String> names) {
        List<ConfigSynonym> found = new ArrayList<>();
        add(found, names, liveBroker, ConfigSource.DYNAMIC_BROKER_CONFIG);
        add(found, names, liveDefaults, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
        add(found, names, staticConfigs, ConfigSource.STATIC_BROKER_CONFIG);
        for (String candidate : names) {
            Setting setting = catalogue.brokerSetting(candidate);
            if (setting != null && setting.defaultValue() != null) {
                found.add(new ConfigSynonym(
                        candidate, hidden(setting, setting.defaultValue()), ConfigSource.DEFAULT_CONFIG));
            }
        }
        int first = 0;
        while (first < found.size() && !found.get(first).name().equals(name)) {
            first++;
        }
        return found.subList(first, found.size());
    }

    private void add(List<ConfigSynonym> found, List<String> names, Map<String, String> from, ConfigSource source) {
        for (String name : names) {
            String value = from.get(name);
            Setting setting = catalogue.brokerSetting(name);
            if (value != null && setting != null) {
                found.add(new ConfigSynonym(name, hidden(setting, value), source));
            }
        }
    }

    private @Nullable String inheritedValue(Setting setting) {
        for (Map<String, String> from : List.of(liveBroker, liveDefaults, staticConfigs)) {
            for (Synonym synonym : setting.synonyms()) {
                String value = from.get(synonym.brokerSetting());
                if (value != null) {
                    return synonym.unit().convert(value);
                }
            }
        }
        return setting.defaultValue();
    }

    private @Nullable String brokerValue(Setting setting) {
        for (Map<String, String> from : List.of(liveBroker, liveDefaults, staticConfigs)) {
            String value = from.get(setting.name());
            if (value != null) {
                return value;
            }
        }
        return setting.defaultValue();
    }

    private static ConfigSource sourceOf(List<ConfigSynonym> synonyms) {
        return synonyms.isEmpty()
                ? ConfigSource.DEFAULT_CONFIG
                : synonyms.getFirst().source();
    }

    private static @Nullable String hidden(Setting setting, @Nullable String value) {
        return setting.sensitive() ? null : value;
    }

    private static @Nullable String canonical(Setting setting, @Nullable String value) {
        return value != null && SettingValue.parse(setting, value) instanceof SettingValue.Good good
                ? good.text()
                : value;
    }

    private static void put(Map<String, Object> values, Setting setting, @Nullable String text) {
        if (text != null && SettingValue.parse(setting, text) instanceof SettingValue.Good good) {
            values.put(setting.name(), good.value());
        }
    }
}
