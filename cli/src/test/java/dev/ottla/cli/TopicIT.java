package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicIT {
    private static TestBroker broker;

    @BeforeAll
    static void start(@TempDir Path data) {
        broker = TestBroker.start(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void createSaysWhatWasMade() {
        var text = broker.run("topic", "create", "made-text", "-p", "2");
        assertThat(text.exitCode()).isZero();
        assertThat(text.out()).isEqualTo("Created topic 'made-text' with 2 partitions, replication factor 1.\n");

        var json = broker.run("topic", "create", "made-json", "--json").json();
        assertThat(json.get("name").asText()).isEqualTo("made-json");
        assertThat(json.get("created").asBoolean()).isTrue();
        assertThat(json.get("partitions").asInt()).isEqualTo(1);
        assertThat(json.get("replicationFactor").asInt()).isEqualTo(1);
        assertThat(json.get("id").asText()).hasSize(22);
    }

    @Test
    void createTellsATopicThatIsThere() {
        // Given a topic
        broker.topic("twice", 1);

        // When it is made again
        var again = broker.run("topic", "create", "twice");
        var json = broker.run("topic", "create", "twice", "--json");

        // Then the exit code says so, and --if-not-exists makes it a success
        assertThat(again.exitCode()).isEqualTo(5);
        assertThat(again.err()).contains("'twice' is there already", "--if-not-exists");
        assertThat(json.exitCode()).isEqualTo(5);
        assertThat(json.error().get("error").asText()).isEqualTo("TOPIC_ALREADY_EXISTS");
        var tolerant = broker.run("topic", "create", "twice", "--if-not-exists", "--json");
        assertThat(tolerant.exitCode()).isZero();
        assertThat(tolerant.json().get("created").asBoolean()).isFalse();
    }

    @Test
    void createPassesOnWhatTheBrokerRefuses() {
        assertRefused(broker.run("topic", "create", "no good", "--json"), "INVALID_TOPIC_EXCEPTION");
        assertRefused(broker.run("topic", "create", "bad", "-c", "nope=1", "--json"), "INVALID_CONFIG");
        assertRefused(broker.run("topic", "create", "bad", "-c", "retention.ms=soon", "--json"), "INVALID_CONFIG");
        assertRefused(broker.run("topic", "create", "bad", "-r", "3", "--json"), "INVALID_REPLICATION_FACTOR");
        assertThat(broker.run("topic", "describe", "bad").exitCode()).isEqualTo(4);
    }

    @Test
    void listShowsEveryTopic() {
        broker.topic("listed", 3);

        var text = broker.run("topic", "list");
        assertThat(text.out())
                .startsWith("TOPIC")
                .containsPattern("listed +3 +1\n")
                .containsPattern("\\d+ topics?\n$");

        var json = broker.run("topic", "list", "--json").json();
        assertThat(json).anySatisfy(topic -> {
            assertThat(topic.get("name").asText()).isEqualTo("listed");
            assertThat(topic.get("partitions").asInt()).isEqualTo(3);
            assertThat(topic.get("replicationFactor").asInt()).isEqualTo(1);
            assertThat(topic.get("internal").asBoolean()).isFalse();
        });
    }

    @Test
    void describeCountsRecordsAndShowsSettings() {
        // Given a topic with three records and a setting
        broker.run("topic", "create", "described", "-p", "2", "-c", "retention.ms=3600000");
        broker.with("a\nb\nc\n", "produce", "described", "--partition", "1");

        // When it is described
        var text = broker.run("topic", "describe", "described");
        var json = broker.run("topic", "describe", "described", "--json").json().get(0);

        // Then people and programs see them
        assertThat(text.out()).contains("3 records", "in 2 partitions", "retention.ms = 3600000 (topic)");
        assertThat(json.get("name").asText()).isEqualTo("described");
        JsonNode partition = json.get("partitions").get(1);
        assertThat(partition.get("partition").asInt()).isEqualTo(1);
        assertThat(partition.get("firstOffset").asLong()).isZero();
        assertThat(partition.get("nextOffset").asLong()).isEqualTo(3);
        assertThat(partition.get("sizeBytes").asLong()).isPositive();
        assertThat(partition.get("leader").asInt())
                .isEqualTo(partition.get("replicas").get(0).asInt());
        assertThat(partition.get("inSyncReplicas")).hasSize(1);
        assertThat(json.get("settings")).anySatisfy(setting -> {
            assertThat(setting.get("name").asText()).isEqualTo("retention.ms");
            assertThat(setting.get("source").asText()).isEqualTo("DYNAMIC_TOPIC_CONFIG");
        });
    }

    @Test
    void alterAddsPartitionsAndChangesSettings() {
        broker.run("topic", "create", "altered", "-c", "retention.ms=3600000");

        var altered = broker.run(
                "topic",
                "alter",
                "altered",
                "-p",
                "3",
                "-c",
                "max.message.bytes=2000",
                "--delete-config",
                "retention.ms");

        assertThat(altered.exitCode()).as(altered.err()).isZero();
        assertThat(altered.out()).contains("3 partitions", "max.message.bytes = 2000", "retention.ms is back");
        var json = broker.run("topic", "describe", "altered", "--json").json().get(0);
        assertThat(json.get("partitions")).hasSize(3);
        assertThat(json.get("settings").findValuesAsText("name"))
                .contains("max.message.bytes")
                .doesNotContain("retention.ms");
    }

    @Test
    void alterCannotTakePartitionsAway() {
        broker.topic("shrinking", 2);
        assertRefused(broker.run("topic", "alter", "shrinking", "-p", "1", "--json"), "INVALID_PARTITIONS");
        assertThat(broker.run("topic", "alter", "missing", "-p", "3").exitCode())
                .isEqualTo(4);
    }

    @Test
    void deleteTriesEveryTopic() {
        // Given one topic of two
        broker.topic("doomed", 1);

        // When both are deleted
        var run = broker.run("topic", "delete", "missing", "doomed");

        // Then the one is gone and the other is told
        assertThat(run.out()).isEqualTo("Deleted topic 'doomed'.\n");
        assertThat(run.err()).contains("There is no topic 'missing'");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(broker.run("topic", "describe", "doomed").exitCode()).isEqualTo(4);
        var tolerant = broker.run("topic", "delete", "missing", "--if-exists", "--json");
        assertThat(tolerant.exitCode()).isZero();
        assertThat(tolerant.json().get("deleted")).isEmpty();
        assertThat(tolerant.json().get("missing").get(0).asText()).isEqualTo("missing");
    }

    private static void assertRefused(Run run, String error) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.error().get("error").asText()).isEqualTo(error);
        assertThat(run.error().get("message").asText()).isNotBlank();
        assertThat(run.out()).isEmpty();
    }
}
