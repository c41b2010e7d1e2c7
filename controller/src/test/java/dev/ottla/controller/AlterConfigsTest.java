package dev.ottla.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.controller.IncrementalAlterConfigs.Edit;
import dev.ottla.controller.IncrementalAlterConfigs.ResourceEdits;
import dev.ottla.metadata.ConfigResource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Codes and messages were read off a running Apache Kafka 4.3.1, but for what does not work in Ottla. */
class AlterConfigsTest {
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;
    private static final int TOPIC = 2;
    private static final int BROKER = 4;
    private static final int GROUP = 32;

    private final TestCluster cluster = new TestCluster().with("a", 1);

    static Stream<Arguments> refusals() {
        ErrorCode config = ErrorCode.INVALID_CONFIG;
        ErrorCode request = ErrorCode.INVALID_REQUEST;
        return Stream.of(
                refusal(
                        TOPIC,
                        "a",
                        edit("retention.ms", SET, "x"),
                        config,
                        "Invalid value x for configuration retention.ms: Not a number of type LONG"),
                refusal(TOPIC, "a", edit("zz", SET, "1"), config, "Unknown topic config name: zz"),
                refusal(
                        TOPIC,
                        "a",
                        edit("retention.ms", APPEND, "1"),
                        config,
                        "Can't APPEND to key retention.ms because its type is not LIST."),
                refusal(
                        TOPIC,
                        "a",
                        edit("zz", SUBTRACT, "1"),
                        config,
                        "Can't SUBTRACT to key zz because its type is not LIST."),
                refusal(
                        TOPIC,
                        "a",
                        edit("retention.ms", SET, null),
                        request,
                        "Null value not supported for : retention.ms"),
                refusal(TOPIC, "a", edit("retention.ms", (byte) 7, "1"), request, "Unknown operations type 7"),
                refusal(
                        TOPIC,
                        "none",
                        edit("retention.ms", SET, "1"),
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "The topic 'none' does not exist."),
                refusal(
                        TOPIC,
                        "none",
                        edit("retention.ms", SET, "x"),
                        config,
                        "Invalid value x for configuration retention.ms: Not a number of type LONG"),
                refusal(TOPIC, "", edit("retention.ms", SET, "1"), request, "Default topic resources are not allowed."),
                refusal(
                        TOPIC,
                        "x y",
                        edit("retention.ms", SET, "1"),
                        ErrorCode.INVALID_TOPIC_EXCEPTION,
                        "Topic name is invalid: 'x y' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"),
                refusal(3, "a", edit("x", SET, "1"), request, "Unknown resource type 3"),
                refusal(
                        BROKER,
                        "1",
                        edit("num.partitions", SET, "5"),
                        request,
                        "Cannot update these configs dynamically: [num.partitions]"),
                refusal(
                        BROKER,
                        "2",
                        edit("log.retention.ms", SET, "5"),
                        request,
                        "Unexpected broker id, expected 1, but received 2"),
                refusal(
                        BROKER,
                        "x",
                        edit("log.retention.ms", SET, "5"),
                        request,
                        "Node id must be an integer, but it is: x"),
                refusal(
                        BROKER,
                        "1",
                        edit("log.retention.ms", SET, "x"),
                        request,
                        "Invalid value x for configuration log.retention.ms: Not a number of type LONG"),
                refusal(
                        BROKER,
                        "",
                        edit("listeners", SET, "PLAINTEXT://:1"),
                        request,
                        "Cannot update these configs at default cluster level, broker id must be specified: [listeners]"),
                refusal(
                        BROKER,
                        "1",
                        edit("log.retention.ms", APPEND, "5"),
                        config,
                        "Config value append is not allowed for config key: log.retention.ms"),
                refusal(BROKER, "1", edit("zz", APPEND, "5"), config, "Unknown config name: zz"),
                refusal(
                        BROKER,
                        "1",
                        edit("log.retention.m", SET, "5"),
                        config,
                        "Unknown config name: log.retention.m; the nearest known name is log.retention.ms"),
                refusal(
                        BROKER,
                        "1",
                        edit("ssl.key.password", SET, "secret"),
                        config,
                        "Invalid value [hidden] for configuration ssl.key.password: Ottla does not support it: security does not work yet, so ignoring this would leave the broker open"),
                refusal(
                        BROKER,
                        "1",
                        edit("num.network.threads", SET, "4"),
                        request,
                        "Ottla cannot change num.network.threads without a restart."),
                refusal(8, "2", edit("kafka", SET, "INFO"), request, "Unexpected node id. Expected 1, but received 2"),
                refusal(8, "1", edit("kafka", SET, "INFO"), config, "Logger kafka does not exist!"),
                refusal(
                        8,
                        "1",
                        edit("kafka", APPEND, "INFO"),
                        request,
                        "APPEND operation is not allowed for the BROKER_LOGGER resource"),
                refusal(16, "", edit("interval.ms", SET, "1000"), request, "Subscription name can't be empty"),
                refusal(
                        32,
                        "",
                        edit("consumer.session.timeout.ms", SET, "1"),
                        request,
                        "Default group resources are not allowed."),
                refusal(32, "g", edit("x", SET, "1"), config, "Unknown group config name: x"),
                refusal(
                        32,
                        "g",
                        edit("consumer.session.timeout.ms", SET, "soon"),
                        config,
                        "Invalid value soon for configuration consumer.session.timeout.ms: Not a number of type INT"),
                refusal(
                        32,
                        "g",
                        edit("consumer.session.timeout.ms", SET, "44999"),
                        config,
                        "consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms"),
                refusal(
                        32,
                        "g",
                        edit("consumer.heartbeat.interval.ms", SET, "15001"),
                        config,
                        "consumer.heartbeat.interval.ms must be less than or equal to group.consumer.max.heartbeat.interval.ms"),
                refusal(
                        32,
                        "g",
                        edit("streams.num.standby.replicas", SET, "3"),
                        config,
                        "streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas"),
                refusal(
                        32,
                        "g",
                        edit("consumer.heartbeat.interval.ms", APPEND, "1"),
                        config,
                        "Can't APPEND to key consumer.heartbeat.interval.ms because its type is not LIST."));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refuses(int type, String name, Edit edit, Outcome expected) {
        ConfigResult result = alter(type, name, edit);
        assertThat(result).isEqualTo(new ConfigResult((byte) type, name, expected));
    }

    @Test
    void editsSetAndDelete() {
        assertThat(alter(TOPIC, "a", edit("retention.ms", SET, "5"), edit("segment.ms", SET, "6"))
                        .outcome())
                .isEqualTo(Outcome.OK);
        assertThat(alter(TOPIC, "a", edit("retention.ms", DELETE, null)).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(alter(TOPIC, "a", edit("zz", DELETE, null)).outcome()).isEqualTo(Outcome.OK);
        assertThat(cluster.image().topicConfigs("a")).isEqualTo(Map.of("segment.ms", "6"));
    }

    @Test
    void appendAndSubtractStartFromTheDefault() {
        assertThat(alter(TOPIC, "a", edit("cleanup.policy", SUBTRACT, "delete,compact"))
                        .outcome())
                .isEqualTo(Outcome.OK);
        assertThat(cluster.image().topicConfigs("a")).isEqualTo(Map.of("cleanup.policy", ""));
        assertThat(alter(TOPIC, "a", edit("cleanup.policy", APPEND, "delete")).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(alter(TOPIC, "a", edit("cleanup.policy", APPEND, "delete")).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(cluster.image().topicConfigs("a")).isEqualTo(Map.of("cleanup.policy", "delete"));
    }

    @Test
    void brokersAndTheirDefaultsChangeLive() {
        assertThat(alter(BROKER, "1", edit("log.retention.ms", SET, "7000")).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(alter(BROKER, "", edit("message.max.bytes", SET, "2000000")).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(cluster.image().configs(ConfigResource.broker(1))).isEqualTo(Map.of("log.retention.ms", "7000"));
        assertThat(cluster.image().configs(ConfigResource.ALL_BROKERS))
                .isEqualTo(Map.of("message.max.bytes", "2000000"));
    }

    @Test
    void groupsHaveSettingsOfTheirOwn() {
        // Given a group that nobody has heard of; when it is given a setting, then it has it
        assertThat(alter(GROUP, "g", edit("consumer.session.timeout.ms", SET, "50000"))
                        .outcome())
                .isEqualTo(Outcome.OK);
        assertThat(cluster.image().configs(ConfigResource.group("g")))
                .isEqualTo(Map.of("consumer.session.timeout.ms", "50000"));
        // When the older request comes, then it replaces all
        assertThat(replace(GROUP, "g", new ConfigSetting("consumer.heartbeat.interval.ms", "6000")))
                .isEqualTo(Outcome.OK);
        assertThat(cluster.image().configs(ConfigResource.group("g")))
                .isEqualTo(Map.of("consumer.heartbeat.interval.ms", "6000"));
    }

    @Test
    void aGroupsBoundsAreTheBrokers() {
        // Given a broker with other bounds, whose sessions may be as short as a heartbeat
        TestCluster wide = new TestCluster(Map.of(
                "group.consumer.min.session.timeout.ms", "10", "group.consumer.max.heartbeat.interval.ms", "50000"));
        // When a group asks for what they allow, then it gets it, but for a session that no heartbeat can keep up
        assertThat(alter(wide, GROUP, "g", edit("consumer.session.timeout.ms", SET, "5001"))
                        .outcome())
                .isEqualTo(Outcome.OK);
        assertThat(alter(wide, GROUP, "g", edit("consumer.session.timeout.ms", SET, "5000"))
                        .outcome())
                .isEqualTo(new Outcome(
                        ErrorCode.INVALID_CONFIG,
                        "consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms"));
        assertThat(alter(wide, GROUP, "g", edit("consumer.heartbeat.interval.ms", SET, "50001"))
                        .outcome()
                        .message())
                .isEqualTo(
                        "consumer.heartbeat.interval.ms must be less than or equal to group.consumer.max.heartbeat.interval.ms");
    }

    @Test
    void theNumberAndNamesOfGroupsWithSettingsHaveABound() {
        // Given as many groups with settings as there may be
        Edit edit = edit("consumer.session.timeout.ms", SET, "50000");
        int atOnce = ControllerLimits.MAX_CHANGES_PER_REQUEST;
        for (int from = 0; from < ControllerLimits.MAX_GROUPS_WITH_CONFIGS; from += atOnce) {
            List<ResourceEdits> groups = IntStream.range(from, from + atOnce)
                    .mapToObj(i -> new ResourceEdits((byte) GROUP, "g" + i, List.of(edit)))
                    .toList();
            assertThat(cluster.run(new IncrementalAlterConfigs(groups, false)))
                    .allMatch(result -> result.outcome().equals(Outcome.OK));
        }
        // When one more asks, or one with an endless name, then it is refused; the others go on
        assertThat(alter(GROUP, "one-more", edit).outcome().code()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(alter(GROUP, "g0", edit("consumer.session.timeout.ms", DELETE, null))
                        .outcome())
                .isEqualTo(Outcome.OK);
        assertThat(alter(GROUP, "g".repeat(ControllerLimits.MAX_GROUP_NAME_LENGTH + 1), edit)
                        .outcome()
                        .code())
                .isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(alter(GROUP, "one-more", edit).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void oneBadEditLeavesTheResourceAsItWasAndTheOthersAreChanged() {
        cluster.with("b", 1);
        List<ConfigResult> results = cluster.run(new IncrementalAlterConfigs(
                List.of(
                        new ResourceEdits(
                                (byte) TOPIC,
                                "a",
                                List.of(edit("retention.ms", SET, "5"), edit("segment.ms", SET, "x"))),
                        new ResourceEdits((byte) TOPIC, "b", List.of(edit("retention.ms", SET, "5")))),
                false));
        assertThat(results)
                .extracting(result -> result.outcome().code())
                .containsExactly(ErrorCode.INVALID_CONFIG, ErrorCode.NONE);
        assertThat(cluster.image().topicConfigs("a")).isEmpty();
        assertThat(cluster.image().topicConfigs("b")).isEqualTo(Map.of("retention.ms", "5"));
    }

    @Test
    void repeatedResourcesAndNamesAreRefused() {
        ResourceEdits edits = new ResourceEdits((byte) TOPIC, "a", List.of(edit("retention.ms", SET, "5")));
        assertThat(cluster.run(new IncrementalAlterConfigs(List.of(edits, edits), false)))
                .hasSize(2)
                .allMatch(result -> result.outcome()
                        .equals(new Outcome(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.")));
        assertThat(alter(TOPIC, "a", edit("retention.ms", SET, "5"), edit("retention.ms", SET, "6"))
                        .outcome())
                .isEqualTo(new Outcome(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys"));
    }

    @Test
    void onlyValidatingChangesNothing() {
        ResourceEdits edits = new ResourceEdits((byte) TOPIC, "a", List.of(edit("retention.ms", SET, "5")));
        assertThat(cluster.run(new IncrementalAlterConfigs(List.of(edits), true))
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.OK);
        assertThat(cluster.image().topicConfigs("a")).isEmpty();
    }

    @Test
    void theOlderRequestReplacesAll() {
        alter(TOPIC, "a", edit("retention.ms", SET, "5"));
        assertThat(replace(TOPIC, "a", new ConfigSetting("segment.ms", "9000"))).isEqualTo(Outcome.OK);
        assertThat(cluster.image().topicConfigs("a")).isEqualTo(Map.of("segment.ms", "9000"));
        assertThat(replace(TOPIC, "a", new ConfigSetting("segment.ms", null)))
                .isEqualTo(new Outcome(ErrorCode.INVALID_REQUEST, "Null value not supported for : segment.ms"));
        assertThat(replace(8, "1", new ConfigSetting("kafka", "INFO")))
                .isEqualTo(new Outcome(ErrorCode.INVALID_REQUEST, "Unknown resource type 8"));
        assertThat(replace(BROKER, "1", new ConfigSetting("num.partitions", "9")))
                .isEqualTo(new Outcome(
                        ErrorCode.INVALID_REQUEST, "Cannot update these configs dynamically: [num.partitions]"));
        assertThat(replace(TOPIC, "a")).isEqualTo(Outcome.OK);
        assertThat(cluster.image().topicConfigs("a")).isEmpty();
    }

    @Test
    void valuesHaveABound() {
        String endless = "a".repeat(ControllerLimits.MAX_CONFIG_VALUE_LENGTH + 1);
        assertThat(alter(TOPIC, "a", edit("compression.type", SET, endless))
                        .outcome()
                        .message())
                .contains("more than 32767");
    }

    private ConfigResult alter(int type, String name, Edit... edits) {
        return alter(cluster, type, name, edits);
    }

    private static ConfigResult alter(TestCluster where, int type, String name, Edit... edits) {
        return where.run(new IncrementalAlterConfigs(
                        List.of(new ResourceEdits((byte) type, name, List.of(edits))), false))
                .getFirst();
    }

    private Outcome replace(int type, String name, ConfigSetting... configs) {
        return cluster.run(new ReplaceConfigs(
                        List.of(new ReplaceConfigs.ResourceConfigs((byte) type, name, List.of(configs))), false))
                .getFirst()
                .outcome();
    }

    private static Arguments refusal(int type, String name, Edit edit, ErrorCode code, String message) {
        return Arguments.of(type, name, edit, new Outcome(code, message));
    }

    private static Edit edit(String name, byte operation, String value) {
        return new Edit(name, operation, value);
    }
}
