package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumRequestData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumRequestData.TopicData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData.ListPartitionReassignmentsTopics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** What tools ask of a cluster, here of one node: folders, quorum, reassignments, elections, coordinators (corner 51). */
final class ClusterScenarios {
    private static final int FIRST_WITH_KEYS = 4;
    private static final int FIRST_WITH_TYPE = 1;

    private ClusterScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("log-dirs-each", ClusterScenarios::describeLogDirs),
                new Scenario("quorum-each", ClusterScenarios::describeQuorum),
                new Scenario("reassignments-list", ClusterScenarios::listReassignments),
                new Scenario("reassignments-alter", ClusterScenarios::alterReassignments),
                new Scenario("elections-each", ClusterScenarios::electLeaders),
                new Scenario("coordinators-each", s -> findCoordinator(s, 0)),
                new Scenario("coordinators-transactions", s -> findCoordinator(s, 1)));
    }

    private static void describeLogDirs(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        s.produce(topic, 0, Batches.of("a", "b"));
        s.produce(topic, 1, Batches.of("c"));
        for (int version : WantedApis.of(ApiKeys.DESCRIBE_LOG_DIRS).list()) {
            s.ask("two partitions", logDirs(topic, 0, 1), version);
            s.ask("one", logDirs(topic, 1), version);
            s.ask("no such partition", logDirs(topic, 8), version);
            s.ask("no such topic", logDirs(s.topic("none"), 0), version);
        }
    }

    private static DescribeLogDirsRequestData logDirs(String topic, Integer... partitions) {
        DescribeLogDirsRequestData request = new DescribeLogDirsRequestData();
        request.setTopics(new DescribeLogDirsRequestData.DescribableLogDirTopicCollection());
        request.topics().add(new DescribableLogDirTopic().setTopic(topic).setPartitions(List.of(partitions)));
        return request;
    }

    /** Offsets of the metadata log are a broker's own; who leads, votes and observes is compared. */
    private static void describeQuorum(Session s) {
        for (int version : WantedApis.of(ApiKeys.DESCRIBE_QUORUM).list()) {
            Reply reply = s.peek(quorum("__cluster_metadata", 0), version);
            s.sawWithoutText(ApiKeys.DESCRIBE_QUORUM, version, reply);
            DescribeQuorumResponseData data = reply.as(DescribeQuorumResponseData.class);
            var partition = data.topics().getFirst().partitions().getFirst();
            s.say("v" + version + " " + Errors.forCode(data.errorCode()) + " "
                    + data.topics().getFirst().topicName() + "-"
                    + partition.partitionIndex() + " " + Errors.forCode(partition.errorCode()) + " leader "
                    + partition.leaderId()
                    + " epoch known " + (partition.leaderEpoch() >= 0) + " high watermark known "
                    + (partition.highWatermark() >= 0));
            partition
                    .currentVoters()
                    .forEach(v -> s.say("  voter " + v.replicaId() + " log end known " + (v.logEndOffset() >= 0)));
            partition.observers().forEach(v -> s.say("  observer " + v.replicaId()));
            data.nodes()
                    .forEach(n -> s.say("  node " + n.nodeId() + " listeners "
                            + n.listeners().size()));
            s.ask("another topic", quorum(s.topic("none"), 0), version);
            s.ask("another partition", quorum("__cluster_metadata", 1), version);
            s.ask("nothing", new DescribeQuorumRequestData(), version);
        }
    }

    private static DescribeQuorumRequestData quorum(String topic, int partition) {
        return new DescribeQuorumRequestData()
                .setTopics(List.of(new TopicData()
                        .setTopicName(topic)
                        .setPartitions(List.of(new PartitionData().setPartitionIndex(partition)))));
    }

    private static void listReassignments(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        s.ask("all", new ListPartitionReassignmentsRequestData().setTopics(null), 0);
        s.ask("of a topic", listed(topic, 0, 1), 0);
        s.ask("no such partition", listed(topic, 9), 0);
        s.ask("no such topic", listed(s.topic("none"), 0), 0);
        s.ask("no topics", new ListPartitionReassignmentsRequestData().setTopics(List.of()), 0);
    }

    private static ListPartitionReassignmentsRequestData listed(String topic, Integer... partitions) {
        return new ListPartitionReassignmentsRequestData()
                .setTopics(List.of(new ListPartitionReassignmentsTopics()
                        .setName(topic)
                        .setPartitionIndexes(List.of(partitions))));
    }

    private static void alterReassignments(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        for (int version : WantedApis.of(ApiKeys.ALTER_PARTITION_REASSIGNMENTS).list()) {
            s.ask("to where it is", reassign(topic, 0, List.of(1)), version);
            s.ask("to another broker", reassign(topic, 0, List.of(2)), version);
            s.ask("to two", reassign(topic, 0, List.of(1, 2)), version);
            s.ask("to one twice", reassign(topic, 0, List.of(1, 1)), version);
            s.ask("to nobody", reassign(topic, 0, List.of()), version);
            s.ask("to a negative one", reassign(topic, 0, List.of(-1)), version);
            s.ask("cancel", reassign(topic, 0, null), version);
            s.ask("no such partition", reassign(topic, 7, List.of(1)), version);
            s.ask("no such topic", reassign(s.topic("none"), 0, List.of(1)), version);
            s.ask("nothing", new AlterPartitionReassignmentsRequestData(), version);
        }
    }

    private static AlterPartitionReassignmentsRequestData reassign(
            String topic, int partition, List<Integer> replicas) {
        return new AlterPartitionReassignmentsRequestData()
                .setTopics(List.of(new ReassignableTopic()
                        .setName(topic)
                        .setPartitions(List.of(new ReassignablePartition()
                                .setPartitionIndex(partition)
                                .setReplicas(replicas)))));
    }

    private static void electLeaders(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        for (int version : WantedApis.of(ApiKeys.ELECT_LEADERS).list()) {
            electAll(s, version);
            for (int type : version == 0 ? List.of(0) : List.of(0, 1)) {
                s.ask("type " + type, elect(type, topic, 0, 1), version);
                s.ask("type " + type + ", no such partition", elect(type, topic, 9), version);
                s.ask("type " + type + ", no such topic", elect(type, s.topic("none"), 0), version);
            }
            if (version > 0) {
                s.ask("unknown type", elect(7, topic, 0), version);
            }
        }
    }

    /** Every partition of the cluster: the answer leaves out those that need no election. */
    private static void electAll(Session s, int version) {
        ElectLeadersRequestData all =
                new ElectLeadersRequestData().setTopicPartitions(null).setTimeoutMs(10_000);
        Reply reply = s.peek(all, version);
        s.sawWithoutText(ApiKeys.ELECT_LEADERS, version, reply);
        ElectLeadersResponseData data = reply.as(ElectLeadersResponseData.class);
        long partitions = data.replicaElectionResults().stream()
                .mapToLong(t -> t.partitionResult().size())
                .sum();
        s.say("all, v" + version + ": " + Errors.forCode(data.errorCode()) + ", partitions told of: " + partitions);
    }

    private static ElectLeadersRequestData elect(int type, String topic, Integer... partitions) {
        ElectLeadersRequestData request =
                new ElectLeadersRequestData().setElectionType((byte) type).setTimeoutMs(10_000);
        request.topicPartitions().add(new TopicPartitions().setTopic(topic).setPartitions(List.of(partitions)));
        return request;
    }

    private static void findCoordinator(Session s, int type) {
        int first = type == 0 ? 0 : FIRST_WITH_TYPE;
        for (int version :
                Requests.range(first, WantedApis.of(ApiKeys.FIND_COORDINATOR).last())) {
            FindCoordinatorRequestData request = coordinator(version, type, s.topic("g"));
            s.ask(foundEventually(s, request, version), request, version);
            if (version >= FIRST_WITH_TYPE) {
                s.ask("unknown type", coordinator(version, 7, "g"), version);
            }
        }
    }

    /** The first question makes Apache Kafka create the coordinator's topic. */
    private static String foundEventually(Session s, FindCoordinatorRequestData request, int version) {
        if (s.target() instanceof ApacheKafka) {
            s.await(
                    request,
                    version,
                    FindCoordinatorResponseData.class,
                    reply -> reply.errorCode() == 0
                            && reply.coordinators().stream().allMatch(c -> c.errorCode() == 0));
        }
        return "asked until it is found";
    }

    private static FindCoordinatorRequestData coordinator(int version, int type, String key) {
        FindCoordinatorRequestData request = new FindCoordinatorRequestData();
        if (version >= FIRST_WITH_KEYS) {
            request.setCoordinatorKeys(List.of(key));
        } else {
            request.setKey(key);
        }
        return version >= FIRST_WITH_TYPE ? request.setKeyType((byte) type) : request;
    }
}
