package dev.ottla.metadata.config;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All settings of Apache Kafka 4.3.1, and Ottla's own, by scope and name. */
public final class ConfigCatalogue {
    private static final String LISTENER_PREFIX = "listener.name.";
    private static final ConfigCatalogue STANDARD = new ConfigCatalogue(CatalogueFile.read());

    private final Map<SettingScope, SortedMap<String, Setting>> settings = new EnumMap<>(SettingScope.class);

    private ConfigCatalogue(List<Setting> all) {
        for (SettingScope scope : SettingScope.values()) {
            settings.put(scope, new TreeMap<>());
        }
        for (Setting setting : all) {
            in(setting.scope()).put(setting.name(), setting);
        }
    }

    /** The one catalogue there is. */
    public static ConfigCatalogue standard() {
        return STANDARD;
    }

    /** A topic's setting, or null when Kafka knows none of that name. */
    public @Nullable Setting topicSetting(String name) {
        return in(SettingScope.TOPIC).get(name);
    }

    /** A broker's setting, also those that only exist live, or null when Kafka knows none of that name. */
    public @Nullable Setting brokerSetting(String name) {
        Setting found = in(SettingScope.BROKER).get(name);
        return found != null ? found : in(SettingScope.BROKER_DYNAMIC_ONLY).get(name);
    }

    /** A group's setting, or null when Kafka knows none of that name. */
    public @Nullable Setting groupSetting(String name) {
        return in(SettingScope.GROUP).get(name);
    }

    /** All of a scope, by name. */
    public Collection<Setting> settings(SettingScope scope) {
        return Collections.unmodifiableCollection(in(scope).values());
    }

    /** The known name with the fewest edits to an unknown one. */
    public String nearestName(SettingScope scope, String name) {
        return EditDistance.nearest(name, in(scope).keySet());
    }

    /** What becomes of a topic setting; an unknown name is refused in Kafka's words. */
    public Verdict judgeTopic(String name, String value) {
        Setting setting = topicSetting(name);
        return setting == null ? new Verdict.Refused("Unknown topic config name: " + name) : setting.judge(value);
    }

    /** What becomes of a setting in the broker's file or on its command line; an unknown name is told its nearest. */
    public Verdict judgeStatic(String name, String value) {
        Setting setting = in(SettingScope.BROKER).get(name);
        if (setting != null) {
            return setting.judge(value);
        }
        if (in(SettingScope.BROKER_DYNAMIC_ONLY).containsKey(name)) {
            return new Verdict.Refused(name + " cannot be set at start, only live (kafka-configs, ottla config set)");
        }
        if (name.startsWith(LISTENER_PREFIX)) {
            return new Verdict.Refused(name + ": Ottla does not support settings per listener yet");
        }
        Setting ofTopics = topicSetting(name);
        if (ofTopics != null) {
            return new Verdict.Refused(name + " is a topic's setting" + brokerForm(ofTopics));
        }
        return new Verdict.Refused(
                "Unknown setting " + name + "; the nearest known name is " + nearestName(SettingScope.BROKER, name));
    }

    /**
     * The value of a topic setting, read and checked.
     *
     * @throws OttlaException INVALID_CONFIG with Kafka's message
     */
    public Object parseTopic(String name, String value) {
        return parse(topicSetting(name), name, value);
    }

    /**
     * The value of a broker setting, read and checked.
     *
     * @throws OttlaException INVALID_CONFIG with Kafka's message
     */
    public Object parseBroker(String name, String value) {
        return parse(brokerSetting(name), name, value);
    }

    /**
     * A broker setting's default.
     *
     * @throws IllegalArgumentException when it has none
     */
    public String defaultOf(String name) {
        Setting setting = brokerSetting(name);
        if (setting == null || setting.defaultValue() == null) {
            throw new IllegalArgumentException("There is no default of " + name);
        }
        return setting.defaultValue();
    }

    private static Object parse(@Nullable Setting setting, String name, String value) {
        if (setting == null) {
            throw new OttlaException(ErrorCode.INVALID_CONFIG, "Unknown config name: " + name);
        }
        return switch (SettingValue.parse(setting, value)) {
            case SettingValue.Good good -> good.value();
            case SettingValue.Bad bad -> throw new OttlaException(ErrorCode.INVALID_CONFIG, bad.message());
        };
    }

    private static String brokerForm(Setting ofTopics) {
        List<Synonym> synonyms = ofTopics.synonyms();
        return synonyms.isEmpty()
                ? ""
                : "; the broker's is called " + synonyms.getFirst().brokerSetting();
    }

    private SortedMap<String, Setting> in(SettingScope scope) {
        SortedMap<String, Setting> found = settings.get(scope);
        if (found == null) {
            throw new IllegalStateException("No settings of scope " + scope);
        }
        return found;
    }
}
