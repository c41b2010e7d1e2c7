package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterIT {
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
    void infoShowsWhoIsThere() {
        broker.topic("held", 2);

        var text = broker.run("cluster", "info");
        assertThat(text.exitCode()).as(text.err()).isZero();
        assertThat(text.out()).contains("Cluster ", "Controller ", "Topics ", "BROKER  ADDRESS");

        var json = broker.run("cluster", "info", "--json").json();
        assertThat(json.get("clusterId").asText()).hasSize(22);
        assertThat(json.get("topics").asInt()).isPositive();
        assertThat(json.get("partitions").asInt()).isGreaterThanOrEqualTo(2);
        var node = json.get("brokers").get(0);
        assertThat(json.get("controller").asInt()).isEqualTo(node.get("id").asInt());
        assertThat(broker.address()).endsWith(":" + node.get("port").asInt());
        assertThat(node.get("host").asText()).isNotBlank();
    }

    @Test
    void clientSettingsAreChecked() {
        var run = broker.run("cluster", "info", "-X", "security.protocol=NONSENSE");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("security.protocol").doesNotContain("\tat ");
    }
}
