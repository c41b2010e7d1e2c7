package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** kafka-consumer-groups and kafka-groups of Apache Kafka 4.3.1, with groups of both protocols. */
@ExtendWith(SharedBroker.class)
class KafkaGroupToolsIT {
    private static final String TOOLS = "org.apache.kafka.tools.";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long OLD_MS = 1_700_000_000_000L;

    private final Target broker;

    KafkaGroupToolsIT(Target broker) {
        this.broker = broker;
    }

    @Test
    void offsetsAreResetInEveryWay(@TempDir Path folder) throws Exception {
        // Given, on a broker of its own since all groups are meant in the end, five old records and five new ones, and
        // a
        // group that has committed
        try (Target own = SharedBroker.start();
                Admin admin = JavaClient.admin(own)) {
            KafkaGroupToolsIT tools = new KafkaGroupToolsIT(own);
            TopicPartition partition = new TopicPartition("resets", 0);
            JavaClient.createTopic(own, "resets", 1);
            JavaClient.createTopic(own, "more", 1);
            fill(own, partition.topic());
            admin.alterConsumerGroupOffsets(
                            "resets",
                            Map.of(
                                    partition,
                                    new OffsetAndMetadata(3),
                                    new TopicPartition("more", 0),
                                    new OffsetAndMetadata(0)))
                    .all()
                    .get();
            // When it is reset, then it stands there
            String[][] ways = {
                {"10", "--to-latest"},
                {"0", "--to-earliest"},
                {"7", "--to-offset", "7"},
                {"4", "--shift-by", "-3"},
                {"10", "--shift-by", "100"},
                {"5", "--to-datetime", "2024-01-01T00:00:00.000"},
                {"5", "--to-current"},
                {"10", "--to-latest"},
                {"5", "--by-duration", "P5D"},
            };
            for (String[] way : ways) {
                tools.reset(List.of("--group", "resets", "--topic", "resets"), way);
                assertThat(committed(admin, "resets", partition))
                        .as(String.join(" ", way))
                        .isEqualTo(Long.parseLong(way[0]));
            }
            // When a plan is exported and comes back from a file, then it is carried out
            String plan = tools.reset(
                    List.of("--group", "resets", "--topic", "resets:0", "--export"), "", "--to-offset", "8");
            assertThat(plan).contains("resets").contains("8");
            assertThat(committed(admin, "resets", partition)).as("an export").isEqualTo(5);
            Path file = Files.writeString(folder.resolve("plan.csv"), plan);
            tools.reset(List.of("--group", "resets"), "", "--from-file", file.toString());
            assertThat(committed(admin, "resets", partition)).isEqualTo(8);
            // When all topics are meant, and all groups, then all of them
            tools.reset(List.of("--group", "resets", "--all-topics"), "", "--to-earliest");
            assertThat(committed(admin, "resets", partition)).isZero();
            admin.alterConsumerGroupOffsets("other", Map.of(partition, new OffsetAndMetadata(1)))
                    .all()
                    .get();
            tools.reset(List.of("--all-groups", "--all-topics"), "", "--to-latest");
            assertThat(committed(admin, "resets", partition)).isEqualTo(10);
            assertThat(committed(admin, "other", partition)).isEqualTo(10);
        }
    }

    @Test
    void liveGroupsOfBothProtocolsAreDescribed() throws Exception {
        // Given a running member of each protocol
        String topic = "tools-live";
        JavaClient.createTopic(broker, topic, 2);
        for (String protocol : List.of("classic", "consumer")) {
            String group = topic + "-" + protocol;
            var consumer = JavaClient.consumer(
                    broker, Map.of("group.id", group, "group.protocol", protocol, "client.id", "me"));
            consumer.subscribe(List.of(topic));
            try (var member = new RunningConsumer(consumer)) {
                await().atMost(PATIENCE).until(() -> member.assigned().size() == 2);
                // When the tool is asked, then it says who reads what, and in what state the group is
                assertThat(groups("--describe", "--group", group, "--members", "--verbose")
                                .ok())
                        .containsPattern(group + "\\s+\\S+\\s+/127.0.0.1\\s+me\\s+2\\s")
                        .containsPattern(topic + "[(:]0,1");
                assertThat(groups("--describe", "--group", group, "--state").ok())
                        .contains("127.0.0.1:" + broker.port())
                        .containsPattern((protocol.equals("classic") ? "range" : "uniform") + "\\s+Stable\\s+1");
                assertThat(groups("--describe", "--group", group, "--state", "--verbose")
                                .exitCode())
                        .isZero();
                // And that its offsets cannot be reset now
                Command.Output refused =
                        groups("--reset-offsets", "--group", group, "--topic", topic, "--to-earliest", "--execute");
                assertThat(refused.out() + refused.err()).contains("inactive");
                // And kafka-groups of which kind it is
                assertThat(tool("GroupsCommand", "--list").ok())
                        .containsPattern(group + "\\s+" + (protocol.equals("classic") ? "Classic" : "Consumer")
                                + "\\s+consumer");
            }
        }
        assertThat(tool("GroupsCommand", "--list", "--group-type", "classic").ok())
                .contains(topic + "-classic")
                .doesNotContain(topic + "-consumer");
    }

    private static void fill(Target on, String topic) throws Exception {
        try (var producer = JavaClient.producer(on, Map.of())) {
            for (int i = 0; i < 10; i++) {
                Long timestamp = i < 5 ? OLD_MS + i : null;
                producer.send(new ProducerRecord<>(topic, 0, timestamp, null, "v" + i))
                        .get();
            }
        }
    }

    private static long committed(Admin admin, String group, TopicPartition partition) throws Exception {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(partition)
                .offset();
    }

    /** Resets, and carries out what is not exported; the first of the way is what comes of it. */
    private String reset(List<String> what, String... way) {
        List<String> arguments = new ArrayList<>(List.of("--reset-offsets"));
        arguments.addAll(what);
        arguments.addAll(List.of(way).subList(1, way.length));
        if (!what.contains("--export")) {
            arguments.add("--execute");
        }
        return groups(arguments.toArray(String[]::new)).ok();
    }

    private Command.Output groups(String... arguments) {
        return tool("consumer.group.ConsumerGroupCommand", arguments);
    }

    private Command.Output tool(String name, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", broker.bootstrap()));
        all.addAll(List.of(arguments));
        return Command.java("", TOOLS + name, all.toArray(String[]::new));
    }
}
