package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigIT {
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
    void setChangesATopicAndGetShowsIt() {
        // Given a topic
        broker.topic("settled", 1);

        // When a setting of it is changed
        var set = broker.run("config", "set", "topic", "settled", "retention.ms=3600000");

        // Then both say so
        assertThat(set.exitCode()).as(set.err()).isZero();
        assertThat(set.out()).isEqualTo("topic 'settled': retention.ms = 3600000\n");
        var get = broker.run("config", "get", "topic", "settled");
        assertThat(get.out())
                .startsWith("SETTING")
                .containsPattern("retention.ms +3600000 +topic")
                .contains("--all");
        JsonNode setting = only(broker.run("config", "get", "topic", "settled", "retention.ms", "--json"));
        assertThat(setting.get("value").asText()).isEqualTo("3600000");
        assertThat(setting.get("source").asText()).isEqualTo("DYNAMIC_TOPIC_CONFIG");
        assertThat(setting.get("readOnly").asBoolean()).isFalse();
        assertThat(setting.get("synonyms").get(0).get("source").asText()).isEqualTo("DYNAMIC_TOPIC_CONFIG");
    }

    @Test
    void deleteGoesBackToTheDefault() {
        broker.run("topic", "create", "reset", "-c", "retention.ms=3600000");

        var set = broker.run("config", "set", "topic", "reset", "--delete", "retention.ms", "--json");

        JsonNode change = set.json().get("changes").get(0);
        assertThat(change.get("operation").asText()).isEqualTo("DELETE");
        assertThat(change.get("value").isNull()).isTrue();
        JsonNode setting = only(broker.run("config", "get", "topic", "reset", "retention.ms", "--json"));
        assertThat(setting.get("value").asText()).isEqualTo("604800000");
        assertThat(setting.get("source").asText()).isEqualTo("DEFAULT_CONFIG");
    }

    @Test
    void allShowsTheDefaultsToo() {
        broker.topic("plain", 1);

        var all =
                broker.run("config", "get", "topic", "plain", "--all", "--json").json();

        assertThat(all.get("kind").asText()).isEqualTo("topic");
        assertThat(all.get("name").asText()).isEqualTo("plain");
        assertThat(names(all))
                .contains("retention.ms", "segment.bytes", "cleanup.policy")
                .isSorted();
    }

    @Test
    void aRefusedChangeChangesNothing() {
        broker.topic("stubborn", 1);

        var run = broker.run("config", "set", "topic", "stubborn", "retention.ms=1000", "segment.bytes=many", "--json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.error().get("error").asText()).isEqualTo("INVALID_CONFIG");
        JsonNode setting = only(broker.run("config", "get", "topic", "stubborn", "retention.ms", "--json"));
        assertThat(setting.get("source").asText()).isEqualTo("DEFAULT_CONFIG");
    }

    @Test
    void groupsHaveSettingsBeforeTheyHaveMembers() {
        // Given no group; when one is given a setting, then it has it
        var set = broker.run("config", "set", "group", "billing", "consumer.heartbeat.interval.ms=7000");
        assertThat(set.exitCode()).as(set.err()).isZero();
        assertThat(set.out()).isEqualTo("group 'billing': consumer.heartbeat.interval.ms = 7000\n");
        JsonNode got = broker.run("config", "get", "group", "billing", "--json").json();
        assertThat(got.get("kind").asText()).isEqualTo("group");
        JsonNode setting = got.get("settings").get(0);
        assertThat(setting.get("value").asText()).isEqualTo("7000");
        assertThat(setting.get("source").asText()).isEqualTo("DYNAMIC_GROUP_CONFIG");
        // And when one is out of bounds, then it is refused
        assertThat(broker.run("config", "set", "group", "billing", "consumer.session.timeout.ms=1")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void brokersHaveSettingsOneByOneAndTogether() {
        int id = broker.run("cluster", "info", "--json")
                .json()
                .get("brokers")
                .get(0)
                .get("id")
                .asInt();

        var all = broker.run("config", "set", "broker", "default", "log.retention.ms=7200000");
        assertThat(all.exitCode()).as(all.err()).isZero();
        assertThat(all.out()).isEqualTo("all brokers: log.retention.ms = 7200000\n");
        JsonNode setting =
                only(broker.run("config", "get", "broker", Integer.toString(id), "log.retention.ms", "--json"));
        assertThat(setting.get("value").asText()).isEqualTo("7200000");
        assertThat(setting.get("source").asText()).isEqualTo("DYNAMIC_DEFAULT_BROKER_CONFIG");

        assertThat(broker.run("config", "set", "broker", "default", "--delete", "log.retention.ms")
                        .exitCode())
                .isZero();
    }

    @Test
    void whatIsNotThereIsSaidAtOnce() {
        broker.topic("known", 1);

        assertThat(broker.run("config", "get", "topic", "unknown").exitCode()).isEqualTo(4);
        assertThat(broker.run("config", "set", "topic", "unknown", "retention.ms=1")
                        .exitCode())
                .isEqualTo(4);
        assertThat(broker.run("config", "get", "broker", "77").exitCode()).isEqualTo(4);
        var setting = broker.run("config", "get", "topic", "known", "retention.days");
        assertThat(setting.exitCode()).isEqualTo(4);
        assertThat(setting.err()).contains("no setting 'retention.days'", "--all");
    }

    private static List<String> names(JsonNode answer) {
        return answer.get("settings")
                .valueStream()
                .map(setting -> setting.get("name").asText())
                .toList();
    }

    private static JsonNode only(Run run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.json().get("settings")).hasSize(1);
        return run.json().get("settings").get(0);
    }
}
