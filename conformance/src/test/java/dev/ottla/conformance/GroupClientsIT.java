package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole groups of Java consumers: they share, join, leave, crash and come back. */
@ExtendWith(SharedBroker.class)
class GroupClientsIT {
    private final Target broker;

    GroupClientsIT(Target broker) {
        this.broker = broker;
    }

    private RunningConsumer running(String group, String topic, Map<String, Object> more) {
        KafkaConsumer<String, String> consumer = consumer(broker, group, more);
        consumer.subscribe(List.of(topic));
        return new RunningConsumer(consumer);
    }

    private static KafkaConsumer<String, String> consumer(Target of, String group, Map<String, Object> more) {
        Map<String, Object> config = new ConcurrentSkipListMap<>(Map.of(
                "group.id",
                group,
                "group.protocol",
                "classic",
                "session.timeout.ms",
                6_000,
                "heartbeat.interval.ms",
                500));
        config.putAll(more);
        return JavaClient.consumer(of, config);
    }

    private void shareAndLeave(String name, Map<String, Object> more) throws Exception {
        // Given a topic of four partitions and a lone consumer
        JavaClient.createTopic(broker, name, 4);
        try (RunningConsumer first = running(name, name, more)) {
            Sharing.awaitShares(List.of(first), 4);
            RunningConsumer.produce(broker, name, 4, 0, 100);
            Sharing.awaitValues(List.of(first), 100);
            // When another one comes
            try (RunningConsumer second = running(name, name, more)) {
                // Then they share, and everything is read
                Sharing.awaitShares(List.of(first, second), 4);
                assertThat(first.assigned()).hasSize(2);
                RunningConsumer.produce(broker, name, 4, 100, 200);
                Sharing.awaitValues(List.of(first, second), 200);
                assertThat(second.values()).hasSizeGreaterThanOrEqualTo(50);
            }
            // And when it leaves, the first one has all again
            Sharing.awaitShares(List.of(first), 4);
            RunningConsumer.produce(broker, name, 4, 200, 300);
            await().until(() ->
                    first.values().contains("v299") && first.values().contains("v296"));
        }
    }

    @Test
    void consumersShareATopic() throws Exception {
        shareAndLeave("groups-share", Map.of());
    }

    @Test
    void consumersShareATopicCooperatively() throws Exception {
        shareAndLeave(
                "groups-cooperative",
                Map.of("partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"));
    }

    @Test
    void staticMembersComeBackToTheirPartitions() throws Exception {
        // Given two static members
        String name = "groups-static";
        JavaClient.createTopic(broker, name, 4);
        try (RunningConsumer first = running(name, name, Map.of("group.instance.id", "one"))) {
            Set<TopicPartition> before;
            try (RunningConsumer second = running(name, name, Map.of("group.instance.id", "two"))) {
                Sharing.awaitShares(List.of(first, second), 4);
                before = second.assigned();
            }
            // When one goes and comes back within its session
            Set<TopicPartition> kept = first.assigned();
            try (RunningConsumer back = running(name, name, Map.of("group.instance.id", "two"))) {
                // Then nothing has moved
                await().atMost(30, TimeUnit.SECONDS).until(() -> back.assigned().equals(before));
                assertThat(first.assigned()).isEqualTo(kept);
            }
        }
    }

    @Test
    void aCrashedConsumerIsReplaced() throws Exception {
        // Given a kcat that shares a topic with a Java consumer
        String name = "groups-crash";
        JavaClient.createTopic(broker, name, 2);
        Process kcat = new ProcessBuilder(
                        OtherClients.kcat(),
                        "-b",
                        broker.bootstrap(),
                        "-G",
                        name,
                        "-X",
                        "session.timeout.ms=6000",
                        name)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (RunningConsumer java = running(
                name,
                name,
                Map.of("partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor"))) {
            await().atMost(30, TimeUnit.SECONDS).until(() -> java.assigned().size() == 1);
            // When kcat is killed
            kcat.destroyForcibly().waitFor();
            // Then after its session the other one has all
            Sharing.awaitShares(List.of(java), 2);
        } finally {
            kcat.destroyForcibly();
        }
    }

    @Test
    void aPatternFindsTopicsThatComeLater() throws Exception {
        // Given a consumer of all topics that begin so
        JavaClient.createTopic(broker, "groups-pattern-a", 1);
        KafkaConsumer<String, String> consumer = consumer(broker, "groups-pattern", Map.of("metadata.max.age.ms", 500));
        consumer.subscribe(Pattern.compile("groups-pattern-.*"));
        try (RunningConsumer running = new RunningConsumer(consumer)) {
            Sharing.awaitShares(List.of(running), 1);
            // When another such topic comes
            JavaClient.createTopic(broker, "groups-pattern-b", 1);
            // Then it is read too
            Sharing.awaitShares(List.of(running), 2);
        }
    }

    @Test
    void aDescribedGroupShowsItsMembersAndLag() throws Exception {
        // Given
        String name = "groups-described";
        JavaClient.createTopic(broker, name, 2);
        RunningConsumer.produce(broker, name, 2, 0, 10);
        try (RunningConsumer running = running(name, name, Map.of());
                Admin admin = JavaClient.admin(broker)) {
            Sharing.awaitValues(List.of(running), 10);
            // When
            var described =
                    admin.describeConsumerGroups(List.of(name)).all().get().get(name);
            // Then
            assertThat(described.groupState().toString()).isEqualTo("Stable");
            assertThat(described.coordinator().id()).isEqualTo(1);
            assertThat(described.members()).singleElement().satisfies(member -> {
                assertThat(member.assignment().topicPartitions()).hasSize(2);
                assertThat(member.host()).startsWith("/127.0.0.1");
            });
            await().until(() ->
                    admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get().values().stream()
                            .allMatch(offset -> offset.offset() == 5));
        }
    }

    @Test
    void committedOffsetsSurviveARestart(@TempDir Path folder) throws Exception {
        // Given a group that stands somewhere
        TopicPartition partition = new TopicPartition("t", 0);
        try (Target first = SharedBroker.start(folder, Map.of())) {
            JavaClient.createTopic(first, "t", 1);
            try (var consumer = consumer(first, "g", Map.of())) {
                consumer.assign(List.of(partition));
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(42, "said")));
            }
        }
        // When the broker is started again
        try (Target second = SharedBroker.start(folder, Map.of());
                var consumer = consumer(second, "g", Map.of())) {
            // Then the group stands there
            assertThat(consumer.committed(Set.of(partition)))
                    .containsEntry(partition, new OffsetAndMetadata(42, "said"));
        }
    }

    @Test
    void acknowledgedCommitsSurviveAKill(@TempDir Path folder) throws IOException {
        // Given a broker that is killed again and again while a group commits
        TopicPartition partition = new TopicPartition("t", 0);
        long acknowledged = -1;
        List<Long> read = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            try (BrokerProcess process = BrokerProcess.start(folder)) {
                if (round == 0) {
                    createTopic(process);
                }
                try (var consumer = consumer(process, "g", Map.of())) {
                    consumer.assign(List.of(partition));
                    if (round > 0) {
                        // Then what was acknowledged is there
                        OffsetAndMetadata committed =
                                consumer.committed(Set.of(partition)).get(partition);
                        read.add(committed.offset());
                        assertThat(committed.offset()).isGreaterThanOrEqualTo(acknowledged);
                    }
                    for (int i = 0; i < 50; i++) {
                        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(acknowledged + 1)));
                        acknowledged++;
                    }
                    // When
                    consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(acknowledged + 1)), null);
                    process.kill();
                }
            }
        }
        assertThat(read).hasSize(4);
    }

    private static void createTopic(Target on) {
        try {
            JavaClient.createTopic(on, "t", 1);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
