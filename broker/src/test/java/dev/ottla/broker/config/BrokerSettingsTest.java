package dev.ottla.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerSettingsTest {
    @Test
    void nothingSaidMeansLoopbackPort9092AndFolderData() {
        BrokerSettings settings = BrokerSettings.of(Map.of());

        assertThat(settings.listeners()).containsExactly(new Endpoint("PLAINTEXT", "127.0.0.1", 9092));
        assertThat(settings.advertised()).isEmpty();
        assertThat(settings.dataFolders())
                .containsExactly(Path.of("data").toAbsolutePath().normalize());
        assertThat(settings.nodeId()).isEmpty();
        assertThat(settings.metricsPort()).hasValue(9190);
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.values().intOf("num.partitions")).isEqualTo(1);
        assertThat(settings.staticConfigs()).containsOnlyKeys("listeners", "log.dirs");
    }

    @Test
    void theCommandLineWinsOverTheFile(@TempDir Path folder) throws Exception {
        // Given Kafka's own kind of file, controller listener included
        Path file = folder.resolve("server.properties");
        Files.writeString(file, """
                process.roles=broker,controller
                node.id=7
                listeners=PLAINTEXT://:9092,CONTROLLER://:9093
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
                num.partitions=3
                num.io.threads=16
                """);

        // When
        BrokerSettings settings = BrokerSettings.load(file, List.of("num.partitions = 5", "ottla.metrics.port=off"));

        // Then
        assertThat(settings.values().intOf("num.partitions")).isEqualTo(5);
        assertThat(settings.nodeId()).hasValue(7);
        assertThat(settings.listeners()).containsExactly(new Endpoint("PLAINTEXT", "", 9092));
        assertThat(settings.advertised()).containsExactly(new Endpoint("PLAINTEXT", "localhost", 9092));
        assertThat(settings.metricsPort()).isEmpty();
        assertThat(settings.warnings())
                .anySatisfy(warning -> assertThat(warning).contains("num.io.threads"));
    }

    @Test
    void ottlasOwnSettingsAreTakenAtStart() {
        // When
        BrokerSettings settings =
                BrokerSettings.of(Map.of("ottla.journal.enable", "false", "ottla.journal.max.bytes", "33554432"));

        // Then
        assertThat(settings.values().booleanOf("ottla.journal.enable")).isFalse();
        assertThat(settings.values().longOf("ottla.journal.max.bytes")).isEqualTo(33_554_432);
        assertThatThrownBy(() -> BrokerSettings.of(Map.of("ottla.journal.enabled", "false")))
                .hasMessageContaining("ottla.journal.enable");
    }

    @Test
    void everyProblemIsToldAtOnceWithTheNearestName() {
        assertThatThrownBy(() -> BrokerSettings.of(
                        Map.of("num.partition", "3", "message.max.bytes", "many", "ottla.metrics.port", "x")))
                .isInstanceOfSatisfying(
                        InvalidSettingsException.class,
                        e -> assertThat(e.problems())
                                .hasSize(3)
                                .anySatisfy(p ->
                                        assertThat(p).contains("num.partition").contains("num.partitions"))
                                .anySatisfy(p -> assertThat(p).contains("message.max.bytes"))
                                .anySatisfy(p -> assertThat(p).contains("ottla.metrics.port")));
    }

    @Test
    void listenersThatCannotWorkAreRefused() {
        assertRefused("listeners", "PLAINTEXT", "NAME://HOST:PORT");
        assertRefused("listeners", "PLAINTEXT://localhost:70000", "no port");
        assertRefused("listeners", "PLAINTEXT://localhost:1,PLAINTEXT://localhost:2", "different name");
        assertRefused("listeners", "SSL://localhost:1", "PLAINTEXT only");
        assertRefused("listeners", "INSIDE://localhost:1", "listener.security.protocol.map");
        assertRefused("advertised.listeners", "PLAINTEXT://0.0.0.0:1", "connect");
        assertRefused("advertised.listeners", "OTHER://localhost:1", "no listener OTHER");
    }

    @Test
    void listenersHaveNamesOfTheirOwnAndIpv6() {
        BrokerSettings settings = BrokerSettings.of(Map.of(
                "listeners", "inside://[::1]:0,OUTSIDE://0.0.0.0:9094",
                "listener.security.protocol.map", "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT"));
        assertThat(settings.listeners())
                .containsExactly(new Endpoint("INSIDE", "::1", 0), new Endpoint("OUTSIDE", "0.0.0.0", 9094));
        assertThat(settings.listeners().getFirst()).hasToString("INSIDE://[::1]:0");
        assertThat(settings.listeners().getLast().isWildcard()).isTrue();
    }

    @Test
    void nodeIdsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> BrokerSettings.of(Map.of("node.id", "1", "broker.id", "2")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("must be the same");
    }

    @Test
    void aFileThatIsNotThereIsToldByItsName() {
        assertThatThrownBy(() -> BrokerSettings.load(Path.of("no-such.properties"), List.of()))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("no-such.properties");
    }

    private static void assertRefused(String name, String value, String message) {
        assertThatThrownBy(() -> BrokerSettings.of(Map.of(name, value)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(message);
    }
}
