package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupIT {
    private static TestBroker broker;

    @BeforeAll
    static void start(@TempDir Path data) {
        broker = TestBroker.start(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** A group that has read so many of six records. */
    private static void group(String name, int read) {
        broker.topic(name, 1);
        broker.with("a\nb\nc\nd\ne\nf\n", "produce", name);
        var consumed = broker.run("consume", name, "--group", name, "--from-beginning", "-n", String.valueOf(read));
        assertThat(consumed.exitCode()).as(consumed.err()).isZero();
        assertThat(consumed.out().lines()).hasSize(read);
    }

    @Test
    void aGroupGoesOnWhereItStopped() {
        // Given a group that has read four of six records
        group("goes-on", 4);
        // When it reads again
        var more = broker.run("consume", "goes-on", "--group", "goes-on", "-n", "2");
        // Then it gets the rest
        assertThat(more.out()).isEqualTo("e\nf\n");
    }

    @Test
    void listAndDescribeShowWhereItStands() {
        // Given
        group("shown", 4);
        // When, Then
        assertThat(broker.run("group", "list").out()).containsPattern("shown +classic +Empty +consumer");
        JsonNode json =
                broker.run("group", "describe", "shown", "--json").json().get(0);
        assertThat(json.get("lag").asLong()).isEqualTo(2);
        assertThat(json.get("state").asText()).isEqualTo("Empty");
        assertThat(json.get("partitions").get(0).get("committed").asLong()).isEqualTo(4);
        assertThat(broker.run("group", "describe", "shown").out())
                .contains("Lag      2")
                .containsPattern("shown +0 +4 +6 +2 +- +-");
    }

    @ParameterizedTest
    @CsvSource({"classic, range", "consumer, uniform"})
    void describeShowsWhoReadsWhat(String protocol, String assignor) {
        // Given a running member that has read half of a topic
        String name = "live-" + protocol;
        broker.topic(name, 2);
        broker.with("a\nb\n", "produce", name, "--partition", "0");
        try (KafkaConsumer<String, String> member = member(name, protocol)) {
            member.subscribe(List.of(name));
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> member.poll(Duration.ofMillis(50)).count() > 0);
            member.commitSync(Map.of(new TopicPartition(name, 0), new OffsetAndMetadata(1)));
            // When, then each partition stands beside who reads it, and where that runs
            assertThat(broker.run("group", "describe", name).out())
                    .containsPattern("State +Stable, " + protocol + ", 1 member")
                    .containsPattern("Assigns +" + assignor)
                    .containsPattern("TOPIC +PARTITION +COMMITTED +END +LAG +MEMBER +HOST")
                    .containsPattern(name + " +0 +1 +2 +1 +[\\w-]{20,} +/127.0.0.1")
                    .containsPattern(name + " +1 +- +0 +- +[\\w-]{20,} +/127.0.0.1");
            JsonNode json =
                    broker.run("group", "describe", name, "--json").json().get(0);
            assertThat(json.get("type").asText()).isEqualTo(protocol);
            JsonNode shown = json.get("members").get(0);
            assertThat(shown.get("clientId").asText()).isEqualTo("me");
            assertThat(shown.get("host").asText()).isEqualTo("/127.0.0.1");
            assertThat(json.get("partitions")).allMatch(row -> row.get("member").equals(shown.get("id")));
            assertThat(broker.run("group", "list").out()).containsPattern(name + " +" + protocol + " +Stable");
        }
    }

    private static KafkaConsumer<String, String> member(String group, String protocol) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                broker.address(),
                "group.id",
                group,
                "group.protocol",
                protocol,
                "client.id",
                "me",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                "false");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    @Test
    void resetMovesIt() {
        // Given
        group("moved", 4);
        // When it is only asked what would be
        var dry = broker.run("group", "reset", "moved", "--to-beginning", "--dry-run", "--json")
                .json()
                .get(0);
        // Then nothing has moved
        assertThat(dry.get("before").asLong()).isEqualTo(4);
        assertThat(dry.get("after").asLong()).isZero();
        // And each way goes where it says
        assertThat(after("--by", "-1")).isEqualTo(3);
        assertThat(after("--to-offset", "100")).isEqualTo(6);
        assertThat(after("--to-beginning")).isZero();
        assertThat(after("--to-end")).isEqualTo(6);
        assertThat(after("--to-time", "1h", "--topic", "moved:0")).isZero();
        assertThat(broker.run("consume", "moved", "--group", "moved", "-n", "1").out())
                .isEqualTo("a\n");
    }

    private static long after(String... how) {
        String[] command = new String[4 + how.length];
        command[0] = "group";
        command[1] = "reset";
        command[2] = "moved";
        System.arraycopy(how, 0, command, 3, how.length);
        command[command.length - 1] = "--json";
        return broker.run(command).json().get(0).get("after").asLong();
    }

    @Test
    void deleteTakesItAway() {
        // Given
        group("deleted", 1);
        // When
        var deleted = broker.run("group", "delete", "deleted");
        // Then
        assertThat(deleted.out()).isEqualTo("Deleted group 'deleted'.\n");
        assertThat(broker.run("group", "list").out()).doesNotContain("deleted");
        assertThat(broker.run("group", "delete", "deleted").exitCode()).isEqualTo(4);
        assertThat(broker.run("group", "describe", "deleted").exitCode()).isEqualTo(4);
    }

    @Test
    void whatCannotBeMeantIsSaid() {
        broker.topic("meant", 1);
        assertThat(broker.run("group", "reset", "any").exitCode()).isEqualTo(2);
        assertThat(broker.run("consume", "meant", "--group", "g", "--stop-at-end")
                        .exitCode())
                .isEqualTo(2);
        assertThat(broker.run("group", "reset", "nobody", "--to-end").exitCode())
                .isEqualTo(4);
    }
}
