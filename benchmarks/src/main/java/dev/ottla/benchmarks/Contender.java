package dev.ottla.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How one of the two brokers is started: as its own process, as its users start it. */
enum Contender {
    OTTLA("Ottla") {
        @Override
        List<String> command(Path home, Path data, int port) {
            return List.of(
                    home.resolve("ottla").toString(),
                    "start",
                    "--port",
                    Integer.toString(port),
                    "--data",
                    data.toString(),
                    "--set",
                    "ottla.metrics.port=off");
        }

        @Override
        void prepare(Path data, int port) {
            // Nothing to format: that is the point.
        }
    },

    KAFKA("Apache Kafka 4.3.1") {
        @Override
        List<String> command(Path home, Path data, int port) {
            // The flags of Kafka's own kafka-server-start.sh and kafka-run-class.sh.
            List<String> command = new ArrayList<>(java());
            command.addAll(List.of(
                    "-Xmx1G",
                    "-Xms1G",
                    "-server",
                    "-XX:+UseG1GC",
                    "-XX:MaxGCPauseMillis=20",
                    "-XX:InitiatingHeapOccupancyPercent=35",
                    "-XX:+ExplicitGCInvokesConcurrent",
                    "-Djava.awt.headless=true",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "kafka.Kafka",
                    data.resolve("server.properties").toString()));
            return command;
        }

        @Override
        void prepare(Path data, int port) throws IOException {
            Files.createDirectories(data);
            Path settings = data.resolve("server.properties");
            Files.writeString(settings, """
                    process.roles=broker,controller
                    node.id=1
                    controller.quorum.voters=1@127.0.0.1:%d
                    listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                    advertised.listeners=PLAINTEXT://127.0.0.1:%d
                    controller.listener.names=CONTROLLER
                    log.dirs=%s
                    offsets.topic.replication.factor=1
                    transaction.state.log.replication.factor=1
                    transaction.state.log.min.isr=1
                    """.formatted(port + 1, port, port + 1, port, data.resolve("logs")));
            List<String> format = new ArrayList<>(java());
            format.addAll(List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    "kafka.tools.StorageTool",
                    "format",
                    "--cluster-id",
                    "b3R0bGEtYmVuY2gtMDAwMQ",
                    "--config",
                    settings.toString()));
            BrokerProcess.runToEnd(format);
        }
    };

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    abstract List<String> command(Path home, Path data, int port);

    /** What must happen once before the first start; not timed. */
    abstract void prepare(Path data, int port) throws IOException;

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED");
    }
}
