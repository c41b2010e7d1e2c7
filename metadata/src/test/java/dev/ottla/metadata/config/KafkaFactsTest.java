package dev.ottla.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.server.config.DynamicBrokerConfig;
import org.apache.kafka.server.config.DynamicConfig;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** The catalogue's facts against Apache Kafka's own definitions: any drift is red. */
class KafkaFactsTest {
    @Test
    void brokerFactsAreKafkas() {
        assertThat(ours(SettingScope.BROKER)).isEqualTo(kafkas(AbstractKafkaConfig.CONFIG_DEF.configKeys()));
    }

    @Test
    void topicFactsAreKafkas() {
        assertThat(ours(SettingScope.TOPIC))
                .isEqualTo(kafkas(LogConfig.configDefCopy().configKeys()));
    }

    @Test
    void groupFactsAreKafkas() {
        assertThat(ours(SettingScope.GROUP)).isEqualTo(kafkas(GroupConfig.CONFIG_DEF.configKeys()));
    }

    @Test
    void settingsThatOnlyExistLiveAreKafkas() throws ReflectiveOperationException {
        // Given what Kafka takes live but not in a file
        Map<String, ConfigKey> live = new HashMap<>(liveBrokerKeys());
        live.keySet().removeAll(AbstractKafkaConfig.CONFIG_DEF.names());
        // Then
        assertThat(ours(SettingScope.BROKER_DYNAMIC_ONLY)).isEqualTo(kafkas(live));
    }

    @Test
    void updateModesAreKafkas() {
        // Given
        Map<String, String> kafkas = new TreeMap<>(DynamicBrokerConfig.dynamicConfigUpdateModes());
        // When
        Map<String, String> ours = new TreeMap<>();
        for (SettingScope scope : List.of(SettingScope.BROKER, SettingScope.BROKER_DYNAMIC_ONLY)) {
            for (Setting setting : ConfigCatalogue.standard().settings(scope)) {
                if (setting.dynamicInKafka() && !setting.isOttlasOwn()) {
                    ours.put(
                            setting.name(),
                            setting.kafkaUpdateMode()
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-'));
                }
            }
        }
        // Then
        assertThat(ours).isEqualTo(kafkas);
    }

    @Test
    void topicSynonymsAreKafkasWithTheirUnits() {
        // Given
        Map<String, List<String>> kafkas = new TreeMap<>();
        ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.forEach((name, synonyms) -> kafkas.put(
                name,
                synonyms.stream()
                        .map(synonym ->
                                synonym.name() + "=" + synonym.converter().apply("7"))
                        .toList()));
        // When
        Map<String, List<String>> ours = new TreeMap<>();
        for (Setting setting : ConfigCatalogue.standard().settings(SettingScope.TOPIC)) {
            if (!setting.synonyms().isEmpty() && !setting.isOttlasOwn()) {
                ours.put(
                        setting.name(),
                        setting.synonyms().stream()
                                .map(synonym -> synonym.brokerSetting() + "="
                                        + synonym.unit().convert("7"))
                                .toList());
            }
        }
        // Then
        assertThat(ours).isEqualTo(kafkas);
    }

    @Test
    void brokerSynonymsAreKafkas() {
        for (String name : AbstractKafkaConfig.CONFIG_DEF.names()) {
            assertThat(BrokerSynonyms.of(name))
                    .as(name)
                    .isEqualTo(DynamicBrokerConfig.brokerConfigSynonyms(name, true));
        }
    }

    @Test
    void groupSynonymsAreKafkas() {
        GroupConfig.ALL_GROUP_CONFIG_SYNONYMS.forEach(
                (name, synonym) -> assertThat(ConfigCatalogue.standard().groupSetting(name).synonyms().stream()
                                .map(Synonym::brokerSetting))
                        .as(name)
                        .isEqualTo(synonym.stream().toList()));
    }

    @Test
    void rulesTakeAndRefuseWhatKafkasDoInTheSameWords() {
        List<String> differences = new ArrayList<>();
        Map<SettingScope, Map<String, ConfigKey>> definitions = Map.of(
                SettingScope.BROKER, AbstractKafkaConfig.CONFIG_DEF.configKeys(),
                SettingScope.TOPIC, LogConfig.configDefCopy().configKeys(),
                SettingScope.GROUP, GroupConfig.CONFIG_DEF.configKeys());
        definitions.forEach((scope, keys) -> keys.forEach((name, key) -> {
            // A class must be on Kafka's own class path; Ottla loads none.
            if (key.type != ConfigDef.Type.CLASS) {
                Setting setting = setting(scope, name);
                Samples.of(key).forEach(text -> {
                    String kafkas = Samples.kafkaSays(key, text);
                    String ours = Samples.weSay(setting, text);
                    if (!Samples.same(key, kafkas, ours)) {
                        differences.add(name + "=[" + text + "]: Kafka says " + kafkas + ", we say " + ours);
                    }
                });
            }
        }));
        assertThat(differences).isEmpty();
    }

    private static Map<String, String> ours(SettingScope scope) {
        return ConfigCatalogue.standard().settings(scope).stream()
                .filter(setting -> !setting.isOttlasOwn())
                .collect(Collectors.toMap(
                        Setting::name,
                        setting -> setting.type() + " " + setting.importance() + " "
                                + (setting.required() ? "<required>" : setting.defaultValue())
                                + (setting.internal() ? " internal" : ""),
                        (first, second) -> first,
                        TreeMap::new));
    }

    private static Map<String, String> kafkas(Map<String, ConfigKey> keys) {
        Map<String, String> facts = new TreeMap<>();
        keys.forEach((name, key) -> facts.put(
                name,
                key.type + " " + key.importance + " "
                        + (key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : "<required>")
                        + (key.internalConfig ? " internal" : "")));
        return facts;
    }

    private static Setting setting(SettingScope scope, String name) {
        return switch (scope) {
            case TOPIC -> ConfigCatalogue.standard().topicSetting(name);
            case GROUP -> ConfigCatalogue.standard().groupSetting(name);
            case BROKER, BROKER_DYNAMIC_ONLY -> ConfigCatalogue.standard().brokerSetting(name);
        };
    }

    private static Map<String, ConfigKey> liveBrokerKeys() throws ReflectiveOperationException {
        for (Class<?> inner : DynamicConfig.class.getDeclaredClasses()) {
            for (Field field : inner.getDeclaredFields()) {
                if (field.getType() == ConfigDef.class) {
                    field.setAccessible(true);
                    return ((ConfigDef) field.get(null)).configKeys();
                }
            }
        }
        throw new AssertionError("Kafka's DynamicConfig has no ConfigDef any more");
    }
}
