package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.protocol.ApiKeys;

/** Metadata, DescribeTopicPartitions and DescribeCluster: who leads what (corners 11 and 12). */
final class MetadataScenarios {
    private static final int FIRST_WITHOUT_AUTO_CREATION = 4;
    private static final int FIRST_WITH_IDS = 10;
    private static final int FIRST_BY_ID = 12;

    private MetadataScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("metadata-each", MetadataScenarios::eachVersion),
                new Scenario("metadata-all", MetadataScenarios::allTopics),
                new Scenario("metadata-creates", MetadataScenarios::autoCreation),
                new Scenario("metadata-names", MetadataScenarios::invalidNames),
                new Scenario("metadata-ids", MetadataScenarios::topicIds),
                new Scenario("metadata-operations", MetadataScenarios::authorizedOperations),
                new Scenario("describe-partitions", MetadataScenarios::describeTopicPartitions),
                new Scenario("describe-cluster", MetadataScenarios::describeCluster));
    }

    private static void eachVersion(Session s) {
        String topic = s.createTopic("t", 3, Map.of());
        for (int version : WantedApis.of(ApiKeys.METADATA).list()) {
            s.ask("a topic that is there", Requests.metadata(topic), version);
            MetadataRequestData missing =
                    Requests.metadata(topic, version < FIRST_WITHOUT_AUTO_CREATION ? "a b" : s.topic("none"));
            if (version >= FIRST_WITHOUT_AUTO_CREATION) {
                missing.setAllowAutoTopicCreation(false);
            }
            s.ask("one that is not", missing, version);
        }
    }

    private static void allTopics(Session s) {
        s.createTopic("a");
        s.createTopic("b", 2, Map.of());
        for (int version : List.of(0, 1, 4, 8, 9, 12, 13)) {
            s.askOwnTopics("empty list", new MetadataRequestData().setTopics(List.of()), version);
            if (version > 0) {
                s.askOwnTopics("null list", new MetadataRequestData().setTopics(null), version);
            }
        }
    }

    private static void autoCreation(Session s) {
        for (int version : List.of(0, 3, 4, 9, 12, 13)) {
            String topic = s.topic("new-" + version);
            s.ask("first", Requests.metadata(topic), version);
            s.awaitLeaders(topic, 1);
            s.ask("then", Requests.metadata(topic), version);
        }
        s.ask("twice the same", Requests.metadata(s.topic("new-0"), s.topic("new-0")), 9);
    }

    private static void invalidNames(Session s) {
        for (int version : List.of(1, 9, 13)) {
            for (String name : List.of("", ".", "..", "a b", "a/b", "é", "x".repeat(249), "x".repeat(250))) {
                MetadataRequestData request = Requests.metadata(name);
                if (name.length() == 249) {
                    request.setAllowAutoTopicCreation(version < FIRST_WITHOUT_AUTO_CREATION);
                }
                if (version >= FIRST_WITHOUT_AUTO_CREATION || name.length() != 249) {
                    s.ask(name.length() > 20 ? name.length() + " letters" : "'" + name + "'", request, version);
                }
            }
        }
        s.createTopic("a.b");
        s.ask("collides with a.b", Requests.metadata(s.topic("a_b")), 9);
        s.askOwnTopics("none of them was made", new MetadataRequestData().setTopics(null), 9);
    }

    private static void topicIds(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        Uuid unknown = new Uuid(1, 2);
        for (int version = FIRST_WITH_IDS; version <= 13; version++) {
            s.ask("id and name", byId(id, topic), version);
            s.ask("unknown id and name", byId(unknown, topic), version);
            if (version >= FIRST_BY_ID) {
                s.ask("by id", byId(id, null), version);
                s.ask("unknown id", byId(unknown, null), version);
                MetadataRequestData both = byId(id, null);
                both.setTopics(List.of(both.topics().getFirst(), new MetadataRequestTopic().setName(topic)));
                s.ask("one by id, one by name", both, version);
            } else {
                s.ask("by id", byId(id, null), version);
                s.ask("zero id and no name", byId(Uuid.ZERO_UUID, null), version);
            }
        }
    }

    private static MetadataRequestData byId(Uuid id, String name) {
        return new MetadataRequestData()
                .setTopics(List.of(new MetadataRequestTopic().setTopicId(id).setName(name)));
    }

    private static void authorizedOperations(Session s) {
        String topic = s.createTopic("t");
        for (int version = 8; version <= 13; version++) {
            MetadataRequestData request = Requests.metadata(topic).setIncludeTopicAuthorizedOperations(true);
            if (version <= 10) {
                request.setIncludeClusterAuthorizedOperations(true);
            }
            s.ask(request, version);
        }
    }

    private static void describeTopicPartitions(Session s) {
        String a = s.createTopic("a", 3, Map.of());
        String b = s.createTopic("b", 2, Map.of());
        String none = s.topic("none");
        s.ask("unordered", describe(100, null, b, none, a), 0);
        s.ask("at most 2", describe(2, null, a, b), 0);
        s.ask("at most 3", describe(3, null, a, b), 0);
        s.ask("from a cursor", describe(2, new Cursor().setTopicName(a).setPartitionIndex(2), a, b), 0);
        s.ask("beyond the end", describe(2, new Cursor().setTopicName(b).setPartitionIndex(9), a, b), 0);
        s.ask(
                "cursor on a missing topic",
                describe(2, new Cursor().setTopicName(none).setPartitionIndex(0), a, b),
                0);
        s.ask("negative cursor", describe(2, new Cursor().setTopicName(a).setPartitionIndex(-1), a, b), 0);
        s.ask("limit 0", describe(0, null, a), 0);
        s.ask("limit -1", describe(-1, null, a), 0);
        s.ask("invalid name", describe(10, null, "a b"), 0);
        s.ask("twice", describe(10, null, b, b), 0);
        s.ask(
                "cursor without topics asked",
                describe(1, new Cursor().setTopicName("zzzz").setPartitionIndex(0), "zzzz"),
                0);
    }

    private static DescribeTopicPartitionsRequestData describe(int limit, Cursor cursor, String... topics) {
        return new DescribeTopicPartitionsRequestData()
                .setTopics(List.of(topics).stream()
                        .map(name -> new TopicRequest().setName(name))
                        .toList())
                .setCursor(cursor)
                .setResponsePartitionLimit(limit);
    }

    private static void describeCluster(Session s) {
        for (int version : WantedApis.of(ApiKeys.DESCRIBE_CLUSTER).list()) {
            s.ask(new DescribeClusterRequestData(), version);
            s.ask("operations", new DescribeClusterRequestData().setIncludeClusterAuthorizedOperations(true), version);
            if (version >= 1) {
                for (int endpoint : List.of(1, 2, 3)) {
                    s.ask(
                            "endpoint type " + endpoint,
                            new DescribeClusterRequestData().setEndpointType((byte) endpoint),
                            version);
                }
            }
            if (version >= 2) {
                s.ask("fenced too", new DescribeClusterRequestData().setIncludeFencedBrokers(true), version);
            }
        }
    }
}
