package dev.ottla.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCatalogueTest {
    private final ConfigCatalogue catalogue = ConfigCatalogue.standard();

    @ParameterizedTest
    @CsvSource({
        "retention.ms, 60000",
        "cleanup.policy, delete",
        "cleanup.policy, compact",
        "cleanup.policy, 'compact,delete'",
        "delete.retention.ms, 5",
        "min.cleanable.dirty.ratio, 0.4",
        "cleanup.policy, ''",
        "compression.type, zstd",
        "unclean.leader.election.enable, true",
        "segment.bytes, 1048576",
        "preallocate, false",
        "delete.retention.ms, 86400000",
        "remote.storage.enable, FALSE",
        "local.retention.ms, ' -2 '"
    })
    void topicSettingsThatWorkOrStandAtTheirDefaultAreTaken(String name, String value) {
        assertThat(catalogue.judgeTopic(name, value)).isEqualTo(Verdict.WORKS);
    }

    @ParameterizedTest
    @CsvSource({
        "preallocate, true",
        "remote.storage.enable, true",
        "local.retention.bytes, 100",
        "leader.replication.throttled.replicas, *"
    })
    void topicSettingsThatDoNotWorkYetAreRefused(String name, String value) {
        assertThat(catalogue.judgeTopic(name, value))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.message())
                                .startsWith(
                                        "Invalid value " + value + " for configuration " + name + ": Ottla does not"));
    }

    @ParameterizedTest
    @CsvSource({"num.partitions, 5", "log.retention.hours, 24", "process.roles, 'controller,broker'", "log.dirs, /data"
    })
    void brokerSettingsThatOttlaUsesAreTaken(String name, String value) {
        assertThat(catalogue.judgeStatic(name, value)).isEqualTo(Verdict.WORKS);
    }

    @ParameterizedTest
    @CsvSource({
        "num.io.threads, 16",
        "offsets.load.buffer.size, 3000000",
        "controller.quorum.voters, 1@localhost:9093",
        "controller.listener.names, CONTROLLER"
    })
    void brokerSettingsThatOttlaDoesNotNeedAreTakenWithAWarning(String name, String value) {
        assertThat(catalogue.judgeStatic(name, value))
                .isInstanceOfSatisfying(
                        Verdict.WithoutEffect.class,
                        accepted -> assertThat(accepted.warning()).startsWith(name + " has no effect in Ottla"));
    }

    @ParameterizedTest
    @CsvSource({
        "authorizer.class.name, org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "sasl.enabled.mechanisms, PLAIN",
        "ssl.client.auth, required",
        "security.inter.broker.protocol, SSL",
        "process.roles, broker",
        "cordoned.log.dirs, /a",
        "controller.quorum.voters, '1@a:1,2@b:1'",
        "listener.name.internal.ssl.keystore.location, /tmp/x"
    })
    void brokerSettingsThatMustNotBeIgnoredAreRefused(String name, String value) {
        assertThat(catalogue.judgeStatic(name, value)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void passwordsAreNotTold() {
        assertThat(catalogue.judgeStatic("ssl.key.password", "swordfish"))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.message()).doesNotContain("swordfish"));
    }

    @ParameterizedTest
    @CsvSource({
        "num.partition, num.partitions",
        "log.retention.hour, log.retention.hours",
        "message.max.byte, message.max.bytes",
        "auto.create.topic.enable, auto.create.topics.enable"
    })
    void anUnknownNameIsToldItsNearest(String wrong, String right) {
        assertThat(catalogue.judgeStatic(wrong, "1"))
                .isEqualTo(new Verdict.Refused("Unknown setting " + wrong + "; the nearest known name is " + right));
    }

    @Test
    void aTopicsNameInTheBrokersFileIsToldTheBrokersForm() {
        assertThat(catalogue.judgeStatic("retention.ms", "1"))
                .isEqualTo(new Verdict.Refused(
                        "retention.ms is a topic's setting; the broker's is called log.retention.ms"));
    }

    @Test
    void valuesAreReadByTheirType() {
        assertThat(catalogue.parseTopic("retention.ms", " 5 ")).isEqualTo(5L);
        assertThatThrownBy(() -> catalogue.parseTopic("retention.ms", "x"))
                .isInstanceOfSatisfying(
                        OttlaException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG));
    }

    @Test
    void whatMayChangeLiveIsSomethingThatKafkaChangesLiveAndThatWorks() {
        for (Setting setting : catalogue.settings(SettingScope.BROKER)) {
            if (setting.live()) {
                assertThat(setting.dynamicInKafka()).as(setting.name()).isTrue();
                assertThat(setting.status()).as(setting.name()).isEqualTo(SettingStatus.WORKS);
            }
        }
    }

    @Test
    void everyDefaultIsTaken() {
        for (SettingScope scope : SettingScope.values()) {
            for (Setting setting : catalogue.settings(scope)) {
                if (setting.defaultValue() != null) {
                    assertThat(setting.judge(setting.defaultValue()))
                            .as(setting.name())
                            .isEqualTo(Verdict.WORKS);
                }
            }
        }
    }

    @Test
    void editDistanceCountsAddedDroppedAndReplacedCharacters() {
        assertThat(EditDistance.between("kitten", "sitting")).isEqualTo(3);
        assertThat(EditDistance.between("", "abc")).isEqualTo(3);
        assertThat(EditDistance.between("same", "same")).isZero();
    }
}
