package dev.ottla.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The expected entries were read off a running Apache Kafka 4.3.1 with the same settings. */
class EffectiveConfigsTest {
    private static final Map<String, String> FILE = Map.of(
            "node.id", "1", "log.retention.hours", "24", "num.partitions", "3", "log.segment.delete.delay.ms", "1000");
    private static final Map<String, String> LIVE_BROKER = Map.of("log.retention.ms", "7000");
    private static final Map<String, String> LIVE_DEFAULTS =
            Map.of("log.retention.ms", "8000", "message.max.bytes", "2000000");

    private final EffectiveConfigs onlyFile = new EffectiveConfigs(Map.of(), Map.of(), FILE);
    private final EffectiveConfigs live = new EffectiveConfigs(LIVE_BROKER, LIVE_DEFAULTS, FILE);

    @Test
    void synonymsStandInKafkasOrder() {
        // When
        ConfigEntry entry = topic(live, Map.of("retention.ms", "5000"), "retention.ms");
        // Then
        assertThat(entry.value()).isEqualTo("5000");
        assertThat(entry.source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(entry.synonyms())
                .containsExactly(
                        new ConfigSynonym("retention.ms", "5000", ConfigSource.DYNAMIC_TOPIC_CONFIG),
                        new ConfigSynonym("log.retention.ms", "7000", ConfigSource.DYNAMIC_BROKER_CONFIG),
                        new ConfigSynonym("log.retention.ms", "8000", ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
                        new ConfigSynonym("log.retention.hours", "24", ConfigSource.STATIC_BROKER_CONFIG),
                        new ConfigSynonym("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG));
    }

    @Test
    void aTopicWithoutItsOwnValueTakesTheBrokers() {
        ConfigEntry entry = topic(live, Map.of(), "retention.ms");
        assertThat(entry.value()).isEqualTo("7000");
        assertThat(entry.source()).isEqualTo(ConfigSource.DYNAMIC_BROKER_CONFIG);
        assertThat(entry.synonyms()).hasSize(4);
    }

    @Test
    void hoursInTheFileGiveTheValueButKafkaCallsItTheDefault() {
        ConfigEntry entry = topic(onlyFile, Map.of(), "retention.ms");
        assertThat(entry.value()).isEqualTo("86400000");
        assertThat(entry.source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
        assertThat(entry.synonyms()).isEmpty();
    }

    @Test
    void anExplicitValueEqualToTheDefaultIsStillTheTopicsOwn() {
        ConfigEntry entry = topic(onlyFile, Map.of("cleanup.policy", "delete"), "cleanup.policy");
        assertThat(entry.source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(entry.synonyms())
                .containsExactly(
                        new ConfigSynonym("cleanup.policy", "delete", ConfigSource.DYNAMIC_TOPIC_CONFIG),
                        new ConfigSynonym("log.cleanup.policy", "delete", ConfigSource.DEFAULT_CONFIG));
    }

    @Test
    void aTopicListsAllSettingsButInternalOnes() {
        List<ConfigEntry> entries = onlyFile.describeTopic(Map.of());
        assertThat(entries).hasSize(34).noneMatch(entry -> entry.name().startsWith("internal"));
        assertThat(entry(entries, "file.delete.delay.ms").synonyms())
                .containsExactly(
                        new ConfigSynonym("log.segment.delete.delay.ms", "1000", ConfigSource.STATIC_BROKER_CONFIG),
                        new ConfigSynonym("log.segment.delete.delay.ms", "60000", ConfigSource.DEFAULT_CONFIG));
        assertThat(entry(entries, "segment.ms").synonyms()).isEmpty();
        assertThat(entry(entries, "segment.ms").value()).isEqualTo("604800000");
    }

    @Test
    void aBrokerShowsFileLiveAndDefaultValues() {
        List<ConfigEntry> entries = live.describeBroker();
        ConfigEntry partitions = entry(entries, "num.partitions");
        assertThat(partitions.readOnly()).isTrue();
        assertThat(partitions.synonyms())
                .containsExactly(
                        new ConfigSynonym("num.partitions", "3", ConfigSource.STATIC_BROKER_CONFIG),
                        new ConfigSynonym("num.partitions", "1", ConfigSource.DEFAULT_CONFIG));
        ConfigEntry largest = entry(entries, "message.max.bytes");
        assertThat(largest.value()).isEqualTo("2000000");
        assertThat(largest.readOnly()).isFalse();
        assertThat(largest.source()).isEqualTo(ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
        assertThat(entry(entries, "log.retention.hours").synonyms())
                .containsExactly(
                        new ConfigSynonym("log.retention.hours", "24", ConfigSource.STATIC_BROKER_CONFIG),
                        new ConfigSynonym("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG));
        assertThat(entry(entries, "log.roll.ms").value()).isNull();
        assertThat(entry(entries, "broker.id").synonyms())
                .containsExactly(
                        new ConfigSynonym("broker.id", "1", ConfigSource.STATIC_BROKER_CONFIG),
                        new ConfigSynonym("broker.id", "-1", ConfigSource.DEFAULT_CONFIG));
    }

    @Test
    void theDefaultsOfAllBrokersListOnlyWhatWasSet() {
        assertThat(live.describeBrokerDefaults())
                .extracting(ConfigEntry::name, ConfigEntry::value, ConfigEntry::source)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "log.retention.ms", "8000", ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
                        org.assertj.core.groups.Tuple.tuple(
                                "message.max.bytes", "2000000", ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG));
    }

    @Test
    void aGroupTakesTheBrokersValues() {
        List<ConfigEntry> entries = onlyFile.describeGroup(Map.of("consumer.session.timeout.ms", "50000"));
        assertThat(entry(entries, "consumer.session.timeout.ms").synonyms())
                .containsExactly(
                        new ConfigSynonym("consumer.session.timeout.ms", "50000", ConfigSource.GROUP_CONFIG),
                        new ConfigSynonym("group.consumer.session.timeout.ms", "45000", ConfigSource.DEFAULT_CONFIG));
        assertThat(entry(entries, "share.isolation.level").synonyms())
                .containsExactly(
                        new ConfigSynonym("share.isolation.level", "read_uncommitted", ConfigSource.DEFAULT_CONFIG));
    }

    @Test
    void passwordsAreHidden() {
        EffectiveConfigs configs = new EffectiveConfigs(Map.of("ssl.key.password", "swordfish"), Map.of(), Map.of());
        ConfigEntry entry = entry(configs.describeBroker(), "ssl.key.password");
        assertThat(entry.sensitive()).isTrue();
        assertThat(entry.value()).isNull();
        assertThat(entry.synonyms())
                .containsExactly(new ConfigSynonym("ssl.key.password", null, ConfigSource.DYNAMIC_BROKER_CONFIG));
    }

    @Test
    void valuesInForceAreTyped() {
        ConfigValues values = live.topic(Map.of("segment.bytes", "2097152"));
        assertThat(values.intOf("segment.bytes")).isEqualTo(2097152);
        assertThat(values.longOf("retention.ms")).isEqualTo(7000);
        assertThat(values.listOf("cleanup.policy")).containsExactly("delete");
        assertThat(values.booleanOf("preallocate")).isFalse();
        assertThat(onlyFile.topic(Map.of()).longOf("retention.ms")).isEqualTo(86_400_000);
        assertThat(onlyFile.broker().intOf("num.partitions")).isEqualTo(3);
    }

    private static ConfigEntry topic(EffectiveConfigs configs, Map<String, String> own, String name) {
        return entry(configs.describeTopic(own), name);
    }

    private static ConfigEntry entry(List<ConfigEntry> entries, String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
