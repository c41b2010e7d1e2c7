package dev.ottla.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.controller.CreateTopics.Assignment;
import dev.ottla.controller.CreateTopics.NewTopic;
import dev.ottla.controller.CreateTopics.Result;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.config.ConfigEntry;
import dev.ottla.metadata.config.ConfigSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Codes and messages were read off a running Apache Kafka 4.3.1. */
class CreateTopicsTest {
    private final TestCluster cluster = new TestCluster().with("here", 1).with("a.b", 1);

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(topic("here", 2, 1), ErrorCode.TOPIC_ALREADY_EXISTS, "Topic 'here' already exists."),
                refusal(
                        topic("", 1, 1),
                        ErrorCode.INVALID_TOPIC_EXCEPTION,
                        "Topic name is invalid: the empty string is not allowed"),
                refusal(
                        topic("..", 1, 1),
                        ErrorCode.INVALID_TOPIC_EXCEPTION,
                        "Topic name is invalid: '..' is not allowed"),
                refusal(
                        topic("a_b", 1, 1),
                        ErrorCode.INVALID_TOPIC_EXCEPTION,
                        "Topic 'a_b' collides with existing topic: a.b"),
                refusal(
                        topic("p", 0, 1),
                        ErrorCode.INVALID_PARTITIONS,
                        "Number of partitions was set to an invalid non-positive value."),
                refusal(
                        topic("p", -2, 1),
                        ErrorCode.INVALID_PARTITIONS,
                        "Number of partitions was set to an invalid non-positive value."),
                refusal(
                        topic("r", 0, 0),
                        ErrorCode.INVALID_REPLICATION_FACTOR,
                        "Replication factor must be larger than 0, or -1 to use the default value."),
                refusal(
                        topic("r", 1, -2),
                        ErrorCode.INVALID_REPLICATION_FACTOR,
                        "Replication factor must be larger than 0, or -1 to use the default value."),
                refusal(
                        topic("r", 1, 2),
                        ErrorCode.INVALID_REPLICATION_FACTOR,
                        "Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be"
                                + " reached because only 1 broker(s) are registered."),
                refusal(
                        topic("c", 1, 1, "retention.ms", "abc"),
                        ErrorCode.INVALID_CONFIG,
                        "Invalid value abc for configuration retention.ms: Not a number of type LONG"),
                refusal(
                        topic("c", 1, 1, "retention.ms", "abc", "zz", "1"),
                        ErrorCode.INVALID_CONFIG,
                        "Unknown topic config name: zz"),
                refusal(
                        topic("c", 1, 1, "preallocate", "yes"),
                        ErrorCode.INVALID_CONFIG,
                        "Invalid value yes for configuration preallocate: Expected value to be either true or false"),
                refusal(
                        topic("c", 1, 1, "retention.ms", null, "x", null),
                        ErrorCode.INVALID_CONFIG,
                        "Null value not supported for topic configs: retention.ms,x"),
                refusal(
                        topic("c", 1, 1, "min.compaction.lag.ms", "10", "max.compaction.lag.ms", "5"),
                        ErrorCode.INVALID_CONFIG,
                        "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)"),
                refusal(
                        topic("__cluster_metadata", 1, 1),
                        ErrorCode.INVALID_REQUEST,
                        "Creation of internal topic __cluster_metadata is prohibited."),
                refusal(
                        manual(1, -1, List.of(1)),
                        ErrorCode.INVALID_REQUEST,
                        "A manual partition assignment was specified, but numPartitions was not set to -1."),
                refusal(
                        manual(-1, 1, List.of(1)),
                        ErrorCode.INVALID_REQUEST,
                        "A manual partition assignment was specified, but replication factor was not set to -1."),
                refusal(
                        manual(-1, -1, List.of(2)),
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes broker 2, but no such broker is registered."),
                refusal(
                        manual(-1, -1, List.of(1, 1)),
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes the broker 1 more than once."),
                refusal(
                        manual(-1, -1, List.of()),
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes an empty replica list."),
                refusal(
                        assigned(new Assignment(0, List.of(1)), new Assignment(2, List.of(1))),
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "partitions should be a consecutive 0-based integer sequence"),
                refusal(
                        assigned(new Assignment(0, List.of(1)), new Assignment(0, List.of(1))),
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "Found multiple manual partition assignments for partition 0"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesInKafkasWords(NewTopic topic, Outcome expected) {
        Result result = cluster.run(new CreateTopics(List.of(topic), false)).getFirst();
        assertThat(result).isEqualTo(Result.failed(topic.name(), expected));
        assertThat(cluster.image().topics()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void onlyValidatingRefusesTheSame(NewTopic topic, Outcome expected) {
        Result result = cluster.run(new CreateTopics(List.of(topic), true)).getFirst();
        assertThat(result.outcome()).isEqualTo(expected);
    }

    @Test
    void createsWithPartitionsConfigsAndAllSettingsInTheReply() {
        Result result = cluster.run(new CreateTopics(List.of(topic("new", 2, 1, "retention.ms", "5")), false))
                .getFirst();
        assertThat(result.outcome()).isEqualTo(Outcome.OK);
        assertThat(result.partitions()).isEqualTo(2);
        assertThat(result.replicationFactor()).isEqualTo(1);
        assertThat(result.configs()).hasSize(34);
        ConfigEntry retention = result.configs().stream()
                .filter(entry -> entry.name().equals("retention.ms"))
                .findFirst()
                .orElseThrow();
        assertThat(retention.source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        TopicImage topic = cluster.image().topic("new");
        assertThat(topic.id()).isEqualTo(result.id());
        assertThat(topic.partition(1).leader()).isEqualTo(1);
        assertThat(topic.partition(1).leaderEpoch()).isZero();
        assertThat(topic.partition(1).isr()).containsExactly(1);
        assertThat(cluster.image().topicConfigs("new")).containsEntry("retention.ms", "5");
    }

    @Test
    void minusOneTakesTheBrokersDefaults() {
        Result result = cluster.run(new CreateTopics(List.of(topic("new", -1, -1)), false))
                .getFirst();
        assertThat(result.partitions()).isEqualTo(3);
        assertThat(result.replicationFactor()).isEqualTo(1);
    }

    @Test
    void manualAssignmentsCreateTheirPartitions() {
        Result result = cluster.run(new CreateTopics(
                        List.of(assigned(new Assignment(1, List.of(1)), new Assignment(0, List.of(1)))), false))
                .getFirst();
        assertThat(result.partitions()).isEqualTo(2);
    }

    @Test
    void onlyValidatingTellsWhatWouldBeAndChangesNothing() {
        Result result =
                cluster.run(new CreateTopics(List.of(topic("new", 2, 1)), true)).getFirst();
        assertThat(result.outcome()).isEqualTo(Outcome.OK);
        assertThat(result.partitions()).isEqualTo(2);
        assertThat(cluster.image().topic("new")).isNull();
    }

    @Test
    void aNameThatStandsTwiceIsRefusedOnceAndTheOthersAreCreated() {
        List<Result> results =
                cluster.run(new CreateTopics(List.of(topic("d", 1, 1), topic("e", 1, 1), topic("d", 1, 1)), false));
        assertThat(results).extracting(Result::name).containsExactly("e", "d");
        assertThat(results.get(1).outcome())
                .isEqualTo(Outcome.failed(ErrorCode.INVALID_REQUEST, "Duplicate topic name."));
        assertThat(cluster.image().topic("d")).isNull();
    }

    @Test
    void tooManyPartitionsInOneRequestAreRefusedForAll() {
        List<Result> results =
                cluster.run(new CreateTopics(List.of(topic("x", 6_000, 1), topic("y", 4_001, 1)), false));
        assertThat(results)
                .allSatisfy(result -> assertThat(result.outcome())
                        .isEqualTo(Outcome.failed(
                                ErrorCode.POLICY_VIOLATION, "Excessively large number of partitions per request.")));
        List<Result> justTooMany =
                cluster.run(new CreateTopics(List.of(topic("x", 6_000, 1), topic("y", 4_000, 1)), false));
        assertThat(justTooMany)
                .allSatisfy(result -> assertThat(result.outcome())
                        .isEqualTo(Outcome.failed(
                                ErrorCode.POLICY_VIOLATION, "Unable to perform excessively large batch operation.")));
        assertThat(cluster.image().partitionCount()).isEqualTo(2);
    }

    private static Arguments refusal(NewTopic topic, ErrorCode code, String message) {
        return Arguments.of(topic, new Outcome(code, message));
    }

    private static NewTopic topic(String name, int partitions, int replicationFactor, String... configs) {
        List<ConfigSetting> settings = new ArrayList<>();
        for (int i = 0; i < configs.length; i += 2) {
            settings.add(new ConfigSetting(configs[i], configs[i + 1]));
        }
        return new NewTopic(name, partitions, replicationFactor, List.of(), settings);
    }

    private static NewTopic manual(int partitions, int replicationFactor, List<Integer> replicas) {
        return new NewTopic("m", partitions, replicationFactor, List.of(new Assignment(0, replicas)), List.of());
    }

    private static NewTopic assigned(Assignment... assignments) {
        return new NewTopic("m", -1, -1, List.of(assignments), List.of());
    }
}
