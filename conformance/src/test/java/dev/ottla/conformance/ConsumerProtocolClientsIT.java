package dev.ottla.conformance;

import static org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole groups of Java consumers with {@code group.protocol=consumer} (KIP-848). */
class ConsumerProtocolClientsIT {
    private static final Duration POLL = Duration.ofMillis(50);

    @TempDir
    private Path folder;

    private Target broker;

    @BeforeEach
    void start() throws Exception {
        broker = SharedBroker.start(folder, SharedBroker.QUICK);
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    private KafkaConsumer<String, String> consumer(String group, Map<String, Object> more) {
        Map<String, Object> config =
                new ConcurrentSkipListMap<>(Map.of("group.id", group, "group.protocol", "consumer"));
        config.putAll(more);
        return JavaClient.consumer(broker, config);
    }

    private RunningConsumer running(String topic, Map<String, Object> more) {
        KafkaConsumer<String, String> consumer = consumer("g", more);
        consumer.subscribe(List.of(topic));
        return new RunningConsumer(consumer);
    }

    private void shareAndLeave(Map<String, Object> more) throws Exception {
        // Given a topic of four partitions and a lone consumer
        JavaClient.createTopic(broker, "t", 4);
        try (RunningConsumer first = running("t", more)) {
            Sharing.awaitShares(List.of(first), 4);
            RunningConsumer.produce(broker, "t", 4, 0, 100);
            Sharing.awaitValues(List.of(first), 100);
            // When another one comes
            try (RunningConsumer second = running("t", more)) {
                // Then they share, and everything is read
                Sharing.awaitShares(List.of(first, second), 4);
                assertThat(first.assigned()).hasSize(2);
                RunningConsumer.produce(broker, "t", 4, 100, 200);
                Sharing.awaitValues(List.of(first, second), 200);
                assertThat(second.values()).hasSizeGreaterThanOrEqualTo(50);
            }
            // And when it leaves, the first one has all again
            Sharing.awaitShares(List.of(first), 4);
            RunningConsumer.produce(broker, "t", 4, 200, 300);
            await().until(() -> first.values().containsAll(Set.of("v296", "v297", "v298", "v299")));
        }
    }

    @Test
    void consumersShareATopicUniformly() throws Exception {
        shareAndLeave(Map.of());
    }

    @Test
    void consumersShareATopicInRanges() throws Exception {
        shareAndLeave(Map.of("group.remote.assignor", "range"));
    }

    @Test
    void staticMembersComeBackToTheirPartitions() throws Exception {
        // Given two static members
        JavaClient.createTopic(broker, "t", 4);
        try (RunningConsumer first = running("t", Map.of("group.instance.id", "one"))) {
            Set<TopicPartition> before;
            try (RunningConsumer second = running("t", Map.of("group.instance.id", "two"))) {
                Sharing.awaitShares(List.of(first, second), 4);
                before = second.assigned();
            }
            // When one goes and comes back within its session
            Set<TopicPartition> kept = first.assigned();
            try (RunningConsumer back = running("t", Map.of("group.instance.id", "two"))) {
                // Then nothing has moved
                await().atMost(30, TimeUnit.SECONDS).until(() -> back.assigned().equals(before));
                assertThat(first.assigned()).isEqualTo(kept);
            }
        }
    }

    @Test
    void aPatternOfTheBrokerFindsTopicsThatComeLater() throws Exception {
        // Given a consumer of all topics that begin so
        JavaClient.createTopic(broker, "p-a", 1);
        KafkaConsumer<String, String> consumer = consumer("g", Map.of("metadata.max.age.ms", 500));
        consumer.subscribe(new SubscriptionPattern("p-.*"));
        try (RunningConsumer running = new RunningConsumer(consumer)) {
            Sharing.awaitShares(List.of(running), 1);
            // When another such topic comes
            JavaClient.createTopic(broker, "p-b", 1);
            // Then it is read too
            Sharing.awaitShares(List.of(running), 2);
        }
    }

    @Test
    void aMemberThatFallsSilentIsReplaced() throws Exception {
        // Given two consumers
        JavaClient.createTopic(broker, "t", 2);
        try (RunningConsumer alive = running("t", Map.of())) {
            KafkaConsumer<String, String> silent = consumer("g", Map.of());
            try (silent) {
                silent.subscribe(List.of("t"));
                await().atMost(30, TimeUnit.SECONDS)
                        .until(() -> silent.poll(POLL).isEmpty()
                                && silent.assignment().size() == 1);
                Sharing.awaitShares(List.of(alive), 1);
                // When one of them goes without a word
                silent.close(CloseOptions.groupMembershipOperation(REMAIN_IN_GROUP));
            }
            // Then after its session the other one has all
            Sharing.awaitShares(List.of(alive), 2);
        }
    }

    @Test
    void aDescribedGroupShowsEpochsAndMembers() throws Exception {
        // Given
        JavaClient.createTopic(broker, "t", 2);
        RunningConsumer.produce(broker, "t", 2, 0, 10);
        try (RunningConsumer running = running("t", Map.of());
                Admin admin = JavaClient.admin(broker)) {
            Sharing.awaitValues(List.of(running), 10);
            // When
            var described =
                    admin.describeConsumerGroups(List.of("g")).all().get().get("g");
            // Then
            assertThat(described.type()).isEqualTo(GroupType.CONSUMER);
            assertThat(described.groupState().toString()).isEqualTo("Stable");
            assertThat(described.groupEpoch()).hasValue(2);
            assertThat(described.targetAssignmentEpoch()).hasValue(2);
            assertThat(described.members()).singleElement().satisfies(member -> {
                assertThat(member.assignment().topicPartitions()).hasSize(2);
                assertThat(member.memberEpoch()).hasValue(2);
            });
        }
    }

    @Test
    void aGroupGoesOnWhereItsBrokerWasKilled(@TempDir Path itsFolder) throws Exception {
        // Given two consumers that share a topic
        Path errors = itsFolder.resolve("errors");
        Map<String, String> settings = new HashMap<>(SharedBroker.QUICK);
        BrokerProcess process = BrokerProcess.start(itsFolder.resolve("data"), errors, settings);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + process.port());
        JavaClient.createTopic(process, "t", 4);
        try (RunningConsumer first = running(process, "t");
                RunningConsumer second = running(process, "t")) {
            Sharing.awaitShares(List.of(first, second), 4);
            for (int round = 1; round <= 3; round++) {
                // When the broker is killed and started again
                RunningConsumer.produce(process, "t", 4, round * 100, round * 100 + 50);
                process.kill();
                process = BrokerProcess.start(itsFolder.resolve("data"), errors, settings);
                RunningConsumer.produce(process, "t", 4, round * 100 + 50, round * 100 + 100);
                // Then they read on, all of it, still in two shares
                Sharing.awaitValues(List.of(first, second), round * 100);
                Sharing.awaitShares(List.of(first, second), 4);
            }
        } finally {
            process.close();
        }
    }

    @Test
    void aBrokerInAnotherRackIsNewsForAGroup(@TempDir Path itsFolder) throws Exception {
        // Given a consumer of a topic on a broker in a rack
        Path errors = itsFolder.resolve("errors");
        Map<String, String> settings = new HashMap<>(SharedBroker.QUICK);
        settings.put("broker.rack", "a");
        BrokerProcess process = BrokerProcess.start(itsFolder.resolve("data"), errors, settings);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + process.port());
        JavaClient.createTopic(process, "t", 1);
        try (RunningConsumer member = running(process, "t")) {
            Sharing.awaitShares(List.of(member), 1);
            int before = epoch(process);
            // When the broker is started again in another one, then the group goes on to another epoch
            process.kill();
            settings.put("broker.rack", "b");
            process = BrokerProcess.start(itsFolder.resolve("data"), errors, settings);
            Target now = process;
            await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> epoch(now) == before + 1);
        } finally {
            process.close();
        }
    }

    private static int epoch(Target of) throws Exception {
        try (Admin admin = JavaClient.admin(of)) {
            return admin.describeConsumerGroups(List.of("g"))
                    .all()
                    .get()
                    .get("g")
                    .groupEpoch()
                    .orElseThrow();
        }
    }

    private static RunningConsumer running(Target of, String topic) {
        KafkaConsumer<String, String> consumer =
                JavaClient.consumer(of, Map.of("group.id", "g", "group.protocol", "consumer"));
        consumer.subscribe(List.of(topic));
        return new RunningConsumer(consumer);
    }

    @Test
    void theGroupChangesItsProtocolWhenItIsEmpty() throws Exception {
        // Given a group of the classic protocol that stands somewhere
        JavaClient.createTopic(broker, "t", 1);
        RunningConsumer.produce(broker, "t", 1, 0, 10);
        KafkaConsumer<String, String> classic = consumer("g", Map.of("group.protocol", "classic"));
        classic.subscribe(List.of("t"));
        try (RunningConsumer running = new RunningConsumer(classic)) {
            Sharing.awaitValues(List.of(running), 10);
        }
        // When its consumers come back with the new one
        RunningConsumer.produce(broker, "t", 1, 10, 20);
        try (RunningConsumer running = running("t", Map.of())) {
            // Then they go on where it stood
            Sharing.awaitValues(List.of(running), 10);
            assertThat(running.values()).contains("v10", "v19").doesNotContain("v9");
        }
        try (var consumer = consumer("g", Map.of())) {
            TopicPartition partition = new TopicPartition("t", 0);
            assertThat(consumer.committed(Set.of(partition), Duration.ofSeconds(10))
                            .get(partition)
                            .offset())
                    .isEqualTo(20);
        }
    }

    private void changeProtocolWhileRunning(String assignor) throws Exception {
        // Given two consumers of the classic protocol
        JavaClient.createTopic(broker, "t", 4);
        Map<String, Object> classic = Map.of(
                "group.protocol",
                "classic",
                "heartbeat.interval.ms",
                300,
                "partition.assignment.strategy",
                "org.apache.kafka.clients.consumer." + assignor);
        try (RunningConsumer newer = rollToTheNewProtocol(classic);
                Admin admin = JavaClient.admin(broker)) {
            assertThat(type(admin)).isEqualTo(GroupType.CONSUMER);
            RunningConsumer.produce(broker, "t", 4, 300, 400);
            // When it is rolled back
            try (RunningConsumer older = running("t", classic)) {
                Sharing.awaitShares(List.of(newer, older), 4);
                assertThat(type(admin)).isEqualTo(GroupType.CONSUMER);
                newer.leave();
                // Then the classic protocol has the group again, and nothing was left out
                Sharing.awaitShares(List.of(older), 4);
                assertThat(type(admin)).isEqualTo(GroupType.CLASSIC);
                RunningConsumer.produce(broker, "t", 4, 400, 500);
                await().atMost(30, TimeUnit.SECONDS)
                        .until(() -> older.values().containsAll(Set.of("v496", "v497", "v498", "v499")));
            }
        }
    }

    /** Two classic consumers are replaced by one of the new protocol, one after the other, and nothing is left out. */
    private RunningConsumer rollToTheNewProtocol(Map<String, Object> classic) throws Exception {
        try (RunningConsumer first = running("t", classic);
                RunningConsumer second = running("t", classic)) {
            Sharing.awaitShares(List.of(first, second), 4);
            RunningConsumer.produce(broker, "t", 4, 0, 100);
            Sharing.awaitValues(List.of(first, second), 100);
            // When one of the new protocol comes, and those leave one by one
            RunningConsumer newer = running("t", Map.of());
            Sharing.awaitShares(List.of(first, second, newer), 4);
            RunningConsumer.produce(broker, "t", 4, 100, 200);
            Sharing.awaitValues(List.of(first, second, newer), 200);
            first.leave();
            Sharing.awaitShares(List.of(second, newer), 4);
            second.leave();
            Sharing.awaitShares(List.of(newer), 4);
            RunningConsumer.produce(broker, "t", 4, 200, 300);
            Sharing.awaitValues(List.of(first, second, newer), 300);
            return newer;
        }
    }

    private static GroupType type(Admin admin) throws Exception {
        return admin.listGroups().all().get().stream()
                .filter(group -> group.groupId().equals("g"))
                .findFirst()
                .orElseThrow()
                .type()
                .orElseThrow();
    }

    @Test
    void anEagerGroupChangesItsProtocolWhileItRuns() throws Exception {
        changeProtocolWhileRunning("RangeAssignor");
    }

    @Test
    void aCooperativeGroupChangesItsProtocolWhileItRuns() throws Exception {
        changeProtocolWhileRunning("CooperativeStickyAssignor");
    }
}
