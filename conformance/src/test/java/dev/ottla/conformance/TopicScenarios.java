package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** CreateTopics, DeleteTopics and CreatePartitions (corners 12, 48 and 49). */
final class TopicScenarios {
    private static final int FIRST_DELETE_BY_ID = 6;

    private TopicScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("create-topics-each", TopicScenarios::createEach),
                new Scenario("create-topics-validate", TopicScenarios::validateOnly),
                new Scenario("create-topics-names", TopicScenarios::names),
                new Scenario("create-topics-numbers", TopicScenarios::numbers),
                new Scenario("create-topics-assignments", TopicScenarios::assignments),
                new Scenario("create-topics-configs", TopicScenarios::configs),
                new Scenario("create-topics-compacted", TopicScenarios::compacted),
                new Scenario("create-topics-many", TopicScenarios::many),
                new Scenario("delete-topics-each", TopicScenarios::deleteEach),
                new Scenario("delete-topics-again", TopicScenarios::deleteAndCreateAgain),
                new Scenario("create-partitions-each", TopicScenarios::createPartitionsEach),
                new Scenario("create-partitions-errors", TopicScenarios::createPartitionsErrors));
    }

    private static void createEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.CREATE_TOPICS).list()) {
            String name = s.topic("t" + version);
            CreatableTopic topic = topic(name, 2, 1);
            topic.configs()
                    .add(new CreatableTopicConfig().setName("retention.ms").setValue("12345"));
            s.ask("two partitions", create(topic), version);
            s.awaitLeaders(name, 2);
            s.ask("again", create(topic(name, 2, 1)), version);
            s.ask("seen", Requests.metadata(name).setAllowAutoTopicCreation(false), 9);
        }
    }

    private static void validateOnly(Session s) {
        String taken = s.createTopic("taken");
        for (int version : List.of(2, 4, 5, 7)) {
            s.ask("good", create(topic(s.topic("new"), 3, 1)).setValidateOnly(true), version);
            s.ask("taken", create(topic(taken, 1, 1)).setValidateOnly(true), version);
            s.ask("bad name", create(topic("a b", 1, 1)).setValidateOnly(true), version);
        }
        s.ask("none was made", Requests.metadata(s.topic("new")).setAllowAutoTopicCreation(false), 9);
    }

    private static void names(Session s) {
        for (String name : List.of("", ".", "..", "a b", "a/b", "a:b", "é", "x".repeat(250))) {
            s.ask("'" + (name.length() > 20 ? name.length() + " letters" : name) + "'", create(topic(name, 1, 1)), 7);
        }
        s.ask("249 letters", create(topic("n".repeat(249), 1, 1)), 7);
        s.createTopic("a.b");
        s.ask("collides", create(topic(s.topic("a_b"), 1, 1)), 7);
        s.ask("internal", create(topic("__cluster_metadata", 1, 1)), 7);
        s.ask("twice in one request", twice(s.topic("twice")), 7);
    }

    private static CreateTopicsRequestData twice(String name) {
        CreateTopicsRequestData request = create(topic(name, 1, 1));
        request.topics().mustAdd(topic(name, 2, 1));
        return request;
    }

    /** KIP-464: -1 is the broker's default. */
    private static void numbers(Session s) {
        int i = 0;
        for (int partitions : List.of(-1, 0, -2, 1, 3)) {
            for (int factor : List.of(-1, 1, 0, -2, 2)) {
                s.ask(
                        partitions + " partitions, factor " + factor,
                        create(topic(s.topic("t" + i++), partitions, factor)),
                        7);
            }
        }
        for (int version : List.of(2, 3, 4)) {
            s.ask("defaults", create(topic(s.topic("d" + version), -1, -1)), version);
        }
        s.ask("too many", create(topic(s.topic("many"), 1_000_000, 1)), 7);
    }

    private static void assignments(Session s) {
        s.ask("by hand", create(assigned(s.topic("a"), List.of(List.of(1), List.of(1)))), 7);
        s.ask("an unknown broker", create(assigned(s.topic("b"), List.of(List.of(5)))), 7);
        s.ask("twice the same broker", create(assigned(s.topic("c"), List.of(List.of(1, 1)))), 7);
        s.ask("no replica", create(assigned(s.topic("d"), List.of(List.of()))), 7);
        s.ask("negative broker", create(assigned(s.topic("e"), List.of(List.of(-1)))), 7);
        CreatableTopic both = assigned(s.topic("f"), List.of(List.of(1))).setNumPartitions(2);
        s.ask("and a partition count", create(both), 7);
        s.ask(
                "and a replication factor",
                create(assigned(s.topic("g"), List.of(List.of(1))).setReplicationFactor((short) 1)),
                7);
        CreatableTopic holes = assigned(s.topic("h"), List.of(List.of(1)));
        holes.assignments()
                .add(new CreatableReplicaAssignment().setPartitionIndex(2).setBrokerIds(List.of(1)));
        s.ask("with a hole", create(holes), 7);
        CreatableTopic uneven = assigned(s.topic("i"), List.of(List.of(1), List.of(1, 2)));
        s.ask("uneven", create(uneven), 7);
    }

    private static void configs(Session s) {
        tryConfigs(
                s,
                List.of(
                        Map.entry("retention.ms", "-1"),
                        Map.entry("retention.ms", "soon"),
                        Map.entry("retention.ms", "-2"),
                        Map.entry("segment.bytes", "1"),
                        Map.entry("segment.bytes", "1048576"),
                        Map.entry("cleanup.policy", "burn"),
                        Map.entry("cleanup.policy", ""),
                        Map.entry("compression.type", "zip"),
                        Map.entry("preallocate", "maybe"),
                        Map.entry("min.insync.replicas", "0"),
                        Map.entry("message.timestamp.type", "Yesterday"),
                        Map.entry("max.message.bytes", "99999999999"),
                        Map.entry("no.such.config", "1"),
                        Map.entry("", "1"),
                        Map.entry("flush.messages", "7")));
        nullValue(s);
    }

    private static void tryConfigs(Session s, List<Map.Entry<String, String>> configs) {
        int i = 0;
        for (Map.Entry<String, String> config : configs) {
            CreatableTopic topic = topic(s.topic("t" + i++), 1, 1);
            topic.configs()
                    .add(new CreatableTopicConfig().setName(config.getKey()).setValue(config.getValue()));
            var reply = s.peek(create(topic), 7).as(CreateTopicsResponseData.class);
            var result = reply.topics().iterator().next();
            s.say(config + " " + Errors.forCode(result.errorCode()));
            if (result.errorCode() == 0) {
                result.configs().stream()
                        .filter(c -> c.name().equals(config.getKey()))
                        .forEach(c -> s.say(
                                "  " + c.value() + " source " + c.configSource() + " sensitive " + c.isSensitive()));
            }
        }
    }

    private static void compacted(Session s) {
        tryConfigs(s, List.of(Map.entry("cleanup.policy", "compact"), Map.entry("cleanup.policy", "delete,compact")));
    }

    private static void nullValue(Session s) {
        CreatableTopic nothing = topic(s.topic("null"), 1, 1);
        nothing.configs().add(new CreatableTopicConfig().setName("retention.ms").setValue(null));
        s.ask("a config without value", create(nothing), 7);
    }

    private static void many(Session s) {
        CreateTopicsRequestData request = create(topic(s.topic("a"), 1, 1));
        request.topics().mustAdd(topic("a b", 1, 1));
        request.topics().mustAdd(topic(s.topic("b"), 0, 1));
        request.topics().mustAdd(topic(s.topic("c"), 1, 1));
        s.ask("good and bad", request, 7);
        s.ask("nothing", new CreateTopicsRequestData().setTimeoutMs(10_000), 7);
        s.ask("no time", create(topic(s.topic("d"), 1, 1)).setTimeoutMs(10_000), 7);
    }

    private static void deleteEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.DELETE_TOPICS).list()) {
            String name = s.createTopic("t" + version);
            if (version < FIRST_DELETE_BY_ID) {
                s.ask("there", deleteByName(name), version);
                s.ask("gone", deleteByName(s.topic("none")), version);
                s.ask("invalid name", deleteByName("a b"), version);
                s.ask("nothing", deleteByName(), version);
            } else {
                s.ask("by name", delete(new DeleteTopicState().setName(name)), version);
                String other = s.createTopic("other");
                Uuid id = s.topicId(other);
                s.ask(
                        "by id and name",
                        delete(new DeleteTopicState().setName(other).setTopicId(id)),
                        version);
                s.ask("by id", delete(new DeleteTopicState().setName(null).setTopicId(id)), version);
                awaitGone(s, other);
                s.ask("by id again", delete(new DeleteTopicState().setName(null).setTopicId(id)), version);
                s.ask("unknown id", delete(new DeleteTopicState().setName(null).setTopicId(new Uuid(9, 9))), version);
                s.ask("neither", delete(new DeleteTopicState().setName(null)), version);
                s.ask("gone", delete(new DeleteTopicState().setName(s.topic("none"))), version);
            }
            awaitGone(s, name);
            s.ask("not seen", Requests.metadata(name).setAllowAutoTopicCreation(false), 9);
        }
        String twice = s.createTopic("twice");
        s.ask("twice in one request", deleteByName(twice, twice), 5);
    }

    private static void deleteAndCreateAgain(Session s) {
        String name = s.createTopic("t");
        Uuid first = s.topicId(name);
        s.produce(name, 0, Batches.of("a"));
        s.ask(deleteByName(name), 5);
        awaitGone(s, name);
        s.ask("produce to what is gone", Requests.produce(name, 0, Batches.of("b")), 9);
        s.ask("produce by its id", Requests.produce(-1, Requests.topicData(first, 0, Batches.of("b"))), 13);
        s.createTopic("t");
        s.say("another id: " + !s.topicId(name).equals(first));
        s.ask("a log of its own", Requests.listOffsets(name, 0, -1), 7);
        s.ask("the old id", Requests.fetch(Requests.fetchTopic("", first, Requests.from(0, 0))), 17);
    }

    private static void awaitGone(Session s, String topic) {
        s.await(
                Requests.metadata(topic).setAllowAutoTopicCreation(false),
                9,
                MetadataResponseData.class,
                reply -> reply.topics().find(topic).errorCode() == Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    private static void createPartitionsEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.CREATE_PARTITIONS).list()) {
            String name = s.createTopic("t" + version);
            s.ask("validate", grow(name, 4).setValidateOnly(true), version);
            s.ask("to three", grow(name, 3), version);
            s.awaitLeaders(name, 3);
            s.ask("to three again", grow(name, 3), version);
            s.ask("to two", grow(name, 2), version);
            s.ask("no such topic", grow(s.topic("none"), 2), version);
        }
    }

    private static void createPartitionsErrors(Session s) {
        String name = s.createTopic("t");
        for (int count : List.of(0, -1, 1)) {
            s.ask("to " + count, grow(name, count), 3);
        }
        s.ask("an unknown broker", grow(name, 2, List.of(List.of(7))), 3);
        s.ask("too many assignments", grow(name, 2, List.of(List.of(1), List.of(1))), 3);
        s.ask("too few", grow(name, 3, List.of(List.of(1))), 3);
        s.ask("two replicas on one", grow(name, 2, List.of(List.of(1, 1))), 3);
        s.ask("by hand", grow(name, 2, List.of(List.of(1))), 3);
        CreatePartitionsRequestData two = grow(s.createTopic("u"), 2);
        two.topics()
                .add(new CreatePartitionsTopic()
                        .setName(s.topic("none"))
                        .setCount(2)
                        .setAssignments(null));
        s.ask("a row for each", two, 3);
        s.ask("nothing", new CreatePartitionsRequestData().setTimeoutMs(1000), 3);
    }

    private static CreatePartitionsRequestData grow(String name, int count) {
        return grow(name, count, null);
    }

    private static CreatePartitionsRequestData grow(String name, int count, List<List<Integer>> assignments) {
        CreatePartitionsRequestData request = new CreatePartitionsRequestData().setTimeoutMs(10_000);
        request.topics()
                .add(new CreatePartitionsTopic()
                        .setName(name)
                        .setCount(count)
                        .setAssignments(
                                assignments == null
                                        ? null
                                        : assignments.stream()
                                                .map(ids -> new CreatePartitionsAssignment().setBrokerIds(ids))
                                                .toList()));
        return request;
    }

    private static DeleteTopicsRequestData deleteByName(String... names) {
        return new DeleteTopicsRequestData().setTopicNames(List.of(names)).setTimeoutMs(10_000);
    }

    private static DeleteTopicsRequestData delete(DeleteTopicState topic) {
        return new DeleteTopicsRequestData().setTopics(List.of(topic)).setTimeoutMs(10_000);
    }

    private static CreateTopicsRequestData create(CreatableTopic topic) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(10_000);
        request.topics().add(topic);
        return request;
    }

    private static CreatableTopic topic(String name, int partitions, int replicationFactor) {
        return new CreatableTopic().setName(name).setNumPartitions(partitions).setReplicationFactor((short)
                replicationFactor);
    }

    private static CreatableTopic assigned(String name, List<List<Integer>> replicas) {
        CreatableTopic topic = topic(name, -1, -1);
        for (int i = 0; i < replicas.size(); i++) {
            topic.assignments()
                    .add(new CreatableReplicaAssignment().setPartitionIndex(i).setBrokerIds(replicas.get(i)));
        }
        return topic;
    }
}
