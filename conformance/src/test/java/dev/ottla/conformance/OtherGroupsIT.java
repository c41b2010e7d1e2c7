package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole groups of kcat, of python3-confluent-kafka and of kafkajs, each member a process, while their topics are written to. */
class OtherGroupsIT {
    private static final int PARTITIONS = 4;
    private static final List<MemberProcess.Client> OF_LIBRDKAFKA =
            List.of(MemberProcess.Client.KCAT, MemberProcess.Client.CONFLUENT);
    private static final List<MemberProcess.Client> ALL =
            List.of(MemberProcess.Client.KCAT, MemberProcess.Client.CONFLUENT, MemberProcess.Client.KAFKAJS);

    private static Target broker;

    @BeforeAll
    static void start(@TempDir Path folder) {
        broker = SharedBroker.start(folder, SharedBroker.QUICK);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void membersComeLeaveAndCrashUnderLoad() {
        Together.run(ALL, OtherGroupsIT::comeLeaveAndCrash);
    }

    private static void comeLeaveAndCrash(MemberProcess.Client client) throws Exception {
        // Given a topic that is written to all along, and a lone member
        String name = "come-leave-crash-" + client;
        JavaClient.createTopic(broker, name, PARTITIONS);
        try (SteadyLoad load = new SteadyLoad(broker, name, PARTITIONS);
                MemberProcess first = MemberProcess.start(client, broker, name, name);
                MemberProcess second = MemberProcess.start(client, broker, name, name)) {
            // When another one comes, then they share
            Sharing.awaitShares(List.of(first, second), PARTITIONS);
            assertThat(first.assigned()).hasSize(2);
            // When it leaves, then the first has all
            leave(second, List.of(first, second), load);
            Sharing.awaitShares(List.of(first), PARTITIONS);
            try (MemberProcess third = MemberProcess.start(client, broker, name, name)) {
                Sharing.awaitShares(List.of(first, third), PARTITIONS);
                // When one is killed, then after its session the first has all
                third.kill();
                Sharing.awaitShares(List.of(first), PARTITIONS);
                // And nothing was left out
                Sharing.awaitAll(List.of(first, second, third), load.end());
            }
            first.leave();
            assertThat(committed(name)).isEqualTo(load.end());
        }
    }

    /** kcat commits what it holds when it is told to end, and does not show it: nothing is on the way then. */
    private static void leave(MemberProcess member, List<MemberProcess> all, SteadyLoad load) throws Exception {
        if (member.client() != MemberProcess.Client.KCAT) {
            member.leave();
            return;
        }
        load.rest(() -> {
            Sharing.awaitAll(all, load.acknowledged());
            member.leave();
        });
    }

    @Test
    void aPatternFindsTopicsThatComeLater() {
        Together.run(OF_LIBRDKAFKA, OtherGroupsIT::gainATopic);
    }

    private static void gainATopic(MemberProcess.Client client) throws Exception {
        // Given two members that read all topics that begin so
        String name = "gains-" + client;
        JavaClient.createTopic(broker, name + "-a", 2);
        String pattern = "^" + name + "-.*";
        try (MemberProcess first = MemberProcess.start(client, broker, name, pattern);
                MemberProcess second = MemberProcess.start(client, broker, name, pattern)) {
            Sharing.awaitShares(List.of(first, second), 2);
            // When another such topic comes, then they share that too, and read it
            JavaClient.createTopic(broker, name + "-b", 2);
            Sharing.awaitShares(List.of(first, second), 4);
            RunningConsumer.produce(broker, name + "-b", 2, 0, 20);
            Sharing.awaitAll(List.of(first, second), 20);
        }
    }

    @Test
    void theirGroupTakesAMemberOfTheConsumerProtocolAndGoesBack() {
        Together.run(ALL, OtherGroupsIT::goThereAndBack);
    }

    private static void goThereAndBack(MemberProcess.Client client) throws Exception {
        // Given a member that only knows the classic protocol, and a topic that is written to all along
        String name = "there-and-back-" + client;
        JavaClient.createTopic(broker, name, PARTITIONS);
        try (SteadyLoad load = new SteadyLoad(broker, name, PARTITIONS);
                MemberProcess classic = MemberProcess.start(client, broker, name, name)) {
            Sharing.awaitShares(List.of(classic), PARTITIONS);
            // When a Java consumer of the consumer protocol comes, then the group is of that protocol, and they share
            RunningConsumer newer = consumerOf(name);
            try (newer) {
                Sharing.awaitShares(List.of(classic, newer), PARTITIONS);
                assertThat(type(name)).isEqualTo(GroupType.CONSUMER);
                awaitReadBy(newer, load);
            }
            // When that leaves, then it is a classic group again, and nothing was left out
            Sharing.awaitShares(List.of(classic), PARTITIONS);
            assertThat(type(name)).isEqualTo(GroupType.CLASSIC);
            Sharing.awaitAll(List.of(classic, newer), load.end());
            classic.leave();
            assertThat(committed(name)).isEqualTo(load.end());
        }
    }

    /** It reads on by itself. */
    private static void awaitReadBy(RunningConsumer consumer, SteadyLoad load) {
        int before = load.acknowledged();
        await().atMost(30, TimeUnit.SECONDS)
                .until(() ->
                        consumer.values().stream().anyMatch(value -> Integer.parseInt(value.substring(1)) > before));
    }

    private static RunningConsumer consumerOf(String name) {
        var consumer = JavaClient.consumer(broker, Map.of("group.id", name, "group.protocol", "consumer"));
        consumer.subscribe(List.of(name));
        return new RunningConsumer(consumer);
    }

    private static GroupType type(String group) throws Exception {
        try (Admin admin = JavaClient.admin(broker)) {
            return admin.listGroups().all().get().stream()
                    .filter(listed -> listed.groupId().equals(group))
                    .findFirst()
                    .flatMap(listed -> listed.type())
                    .orElseThrow();
        }
    }

    /** Of all partitions together. */
    private static long committed(String group) throws Exception {
        try (Admin admin = JavaClient.admin(broker)) {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        }
    }
}
