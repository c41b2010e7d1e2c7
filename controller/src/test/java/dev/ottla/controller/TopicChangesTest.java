package dev.ottla.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.controller.AlterPartitionReassignments.Reassignment;
import dev.ottla.controller.CreatePartitions.Increase;
import dev.ottla.controller.DeleteTopics.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deletions, more partitions, elections and reassignments; codes and messages were read off a running Apache Kafka 4.3.1. */
class TopicChangesTest {
    private final TestCluster cluster = new TestCluster().with("a", 2).with("b", 1);
    private final TopicId idOfA = cluster.image().topic("a").id();

    @Test
    void topicsAreDeletedByNameAndById() {
        List<DeleteTopics.Result> results =
                cluster.run(new DeleteTopics(List.of(Target.named("b"), Target.ofId(idOfA))));
        assertThat(results)
                .allMatch(result -> result.outcome().isOk())
                .extracting(DeleteTopics.Result::name)
                .containsExactly("b", "a");
        assertThat(cluster.image().topics()).isEmpty();
        assertThat(cluster.image().partitionCount()).isZero();
    }

    @Test
    void deletionsThatAreUnclearOrUnknownAreRefused() {
        TopicId unknown = new TopicId(1, 2);
        TopicId twice = new TopicId(3, 4);
        List<DeleteTopics.Result> results = cluster.run(new DeleteTopics(List.of(
                Target.named("none"),
                new Target(null, TopicId.ZERO),
                Target.ofId(unknown),
                new Target("b", unknown),
                Target.named("b"),
                Target.named("b"),
                Target.ofId(twice),
                Target.ofId(twice))));
        assertThat(results)
                .containsExactlyInAnyOrder(
                        deletion(
                                "none",
                                TopicId.ZERO,
                                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                                "This server does not host this topic-partition."),
                        deletion(
                                null,
                                TopicId.ZERO,
                                ErrorCode.INVALID_REQUEST,
                                "Neither topic name nor id were specified."),
                        deletion(null, unknown, ErrorCode.UNKNOWN_TOPIC_ID, "This server does not host this topic ID."),
                        deletion(
                                "b",
                                unknown,
                                ErrorCode.INVALID_REQUEST,
                                "You may not specify both topic name and topic id."),
                        deletion("b", TopicId.ZERO, ErrorCode.INVALID_REQUEST, "Duplicate topic name."),
                        deletion(null, twice, ErrorCode.INVALID_REQUEST, "Duplicate topic id."));
        assertThat(cluster.image().topics()).hasSize(2);
    }

    @Test
    void aTopicNamedByNameAndByIdIsNotDeleted() {
        List<DeleteTopics.Result> results =
                cluster.run(new DeleteTopics(List.of(Target.named("a"), Target.ofId(idOfA))));
        assertThat(results)
                .containsExactly(deletion(
                        "a",
                        idOfA,
                        ErrorCode.INVALID_REQUEST,
                        "The provided topic name maps to an ID that was already supplied."));
        assertThat(cluster.image().topic("a")).isNotNull();
    }

    @Test
    void deletionCanBeSwitchedOff() {
        TestCluster strict = new TestCluster(Map.of("delete.topic.enable", "false")).with("a", 1);
        assertThatThrownBy(() -> strict.run(new DeleteTopics(List.of(Target.named("a")))))
                .isInstanceOfSatisfying(
                        OttlaException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.TOPIC_DELETION_DISABLED));
    }

    @Test
    void aTopicCreatedAgainHasAnotherId() {
        cluster.run(new DeleteTopics(List.of(Target.named("a"))));
        cluster.with("a", 1);
        assertThat(cluster.image().topic("a").id()).isNotEqualTo(idOfA);
        assertThat(cluster.image().topic(idOfA)).isNull();
    }

    @Test
    void partitionsAreAdded() {
        assertThat(increase("a", 4, null)).isEqualTo(Outcome.OK);
        assertThat(increase("a", 5, List.of(List.of(1)))).isEqualTo(Outcome.OK);
        assertThat(cluster.image().topic("a").partitionCount()).isEqualTo(5);
        assertThat(cluster.image().partitionCount()).isEqualTo(6);
    }

    @Test
    void increasesAreRefusedInKafkasWords() {
        assertThat(increase("a", 2, null))
                .isEqualTo(failed(ErrorCode.INVALID_PARTITIONS, "Topic already has 2 partition(s)."));
        assertThat(increase("a", -1, null))
                .isEqualTo(failed(
                        ErrorCode.INVALID_PARTITIONS,
                        "The topic a currently has 2 partition(s); -1 would not be an increase."));
        assertThat(increase("none", 2, null).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(increase("a", 4, List.of(List.of(1))))
                .isEqualTo(failed(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified."));
        assertThat(increase("a", 3, List.of(List.of(2))))
                .isEqualTo(failed(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes broker 2, but no such broker is registered."));
        assertThat(increase("a", 20_000, null).code()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(cluster.image().partitionCount()).isEqualTo(3);
    }

    @Test
    void increasesHaveARowPerTopicAndDuplicatesOne() {
        List<CreatePartitions.Result> results = cluster.run(new CreatePartitions(
                List.of(new Increase("a", 9, null), new Increase("b", 3, null), new Increase("a", 9, null)), true));
        assertThat(results)
                .containsExactly(
                        new CreatePartitions.Result("a", failed(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")),
                        new CreatePartitions.Result("b", Outcome.OK));
        assertThat(cluster.image().partitionCount()).isEqualTo(3);
    }

    @Test
    void electionsAreNotNeededWithOneBroker() {
        List<ElectLeaders.TopicResult> asked = cluster.run(new ElectLeaders(
                (byte) 0,
                List.of(
                        new ElectLeaders.TopicPartitions("a", List.of(0, 9)),
                        new ElectLeaders.TopicPartitions("no", List.of(0)))));
        assertThat(asked.getFirst().partitions())
                .extracting(ElectLeaders.PartitionResult::outcome)
                .containsExactly(
                        failed(ErrorCode.ELECTION_NOT_NEEDED, "Leader election not needed for topic partition."),
                        failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such partition as a-9"));
        assertThat(asked.get(1).partitions().getFirst().outcome())
                .isEqualTo(failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such topic as no"));
        assertThat(cluster.run(new ElectLeaders((byte) 1, null)))
                .containsExactly(
                        new ElectLeaders.TopicResult("a", List.of()), new ElectLeaders.TopicResult("b", List.of()));
        assertThatThrownBy(() -> cluster.run(new ElectLeaders((byte) 5, null))).hasMessage("Unknown election type 5");
    }

    @Test
    void partitionsCannotMove() {
        assertThat(reassign("a", 0, null).code()).isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
        assertThat(reassign("a", 0, List.of(1))).isEqualTo(Outcome.OK);
        assertThat(reassign("a", 0, List.of(1, 2)))
                .isEqualTo(failed(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes broker 2, but no such broker is registered."));
        assertThat(reassign("a", 9, List.of(1)))
                .isEqualTo(failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find partition a:9."));
        assertThat(reassign("no", 0, null))
                .isEqualTo(failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find a topic named no."));
    }

    @Test
    void producerIdsComeInBlocksThatNobodyHad() {
        assertThat(cluster.run(new AllocateProducerIds(1))).isEqualTo(new ProducerIdBlock(0, 1000));
        assertThat(cluster.run(new AllocateProducerIds(1))).isEqualTo(new ProducerIdBlock(1000, 1000));
    }

    @Test
    void anUncleanStartBumpsTheEpochsOfAllThatTheBrokerLeads() {
        assertThat(cluster.run(new BumpLeaderEpochs(1))).isEqualTo(3);
        assertThat(cluster.run(new BumpLeaderEpochs(2))).isZero();
        assertThat(cluster.image().topic("a").partition(1).leaderEpoch()).isEqualTo(1);
    }

    @Test
    void aBrokersEpochGrowsWithEachRegistration() {
        assertThat(cluster.run(new RegisterBroker(1, List.of(), null, List.of())))
                .isEqualTo(2);
        assertThat(cluster.run(new RegisterBroker(2, List.of(), null, List.of())))
                .isEqualTo(1);
    }

    @Test
    void aLogOfAnotherClusterIsRefused() {
        assertThat(cluster.run(new CreateCluster("test-cluster"))).isFalse();
        assertThatThrownBy(() -> cluster.run(new CreateCluster("other")))
                .isInstanceOfSatisfying(
                        OttlaException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INCONSISTENT_CLUSTER_ID));
    }

    private Outcome increase(String topic, int count, List<List<Integer>> assignments) {
        return cluster.run(new CreatePartitions(List.of(new Increase(topic, count, assignments)), false))
                .getFirst()
                .outcome();
    }

    private Outcome reassign(String topic, int partition, List<Integer> replicas) {
        return cluster.run(new AlterPartitionReassignments(List.of(new Reassignment(topic, partition, replicas))))
                .getFirst()
                .outcome();
    }

    private static DeleteTopics.Result deletion(String name, TopicId id, ErrorCode code, String message) {
        return new DeleteTopics.Result(name, id, failed(code, message));
    }

    private static Outcome failed(ErrorCode code, String message) {
        return new Outcome(code, message);
    }
}
