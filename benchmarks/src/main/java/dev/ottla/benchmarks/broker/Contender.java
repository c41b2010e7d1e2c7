package dev.ottla.benchmarks.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A broker as its users start it, as its own process, with the setting that makes it the one that is meant. */
public enum Contender {
    OTTLA("Ottla", Kind.OTTLA, ""),
    OTTLA_WITHOUT_JOURNAL("Ottla, ottla.journal.enable=false", Kind.OTTLA, "ottla.journal.enable=false"),
    /** Of another checkout, in the folder that {@code ottla.benchmark.before} names, for two builds in one run. */
    OTTLA_BEFORE("Ottla, the build before", Kind.OTTLA, ""),
    KAFKA("Apache Kafka 4.3.1", Kind.KAFKA, ""),
    KAFKA_DURABLE("Apache Kafka 4.3.1, flush.messages=1", Kind.KAFKA, "log.flush.interval.messages=1"),
    /** No broker: what the machine itself can do. */
    MACHINE("the machine", Kind.NONE, "");

    /** As they come. */
    public static final List<Contender> DEFAULTS = List.of(OTTLA, KAFKA);

    /** More flags for the brokers' JVMs, words with spaces between them; they win over those below. */
    private static final String KAFKA_FLAGS = Settings.text("kafkaFlags", "");

    private static final String BEFORE = Settings.text("before", "");

    private static final String OTTLA_FLAGS = Settings.text("ottlaFlags", "");

    private final String title;
    private final Kind kind;
    private final String setting;

    Contender(String title, Kind kind, String setting) {
        this.title = title;
        this.kind = kind;
        this.setting = setting;
    }

    public String title() {
        return title;
    }

    /** @param settings more of them, each name=value, those that {@link #prepare} got */
    public List<String> command(Path home, Path data, int port, List<String> settings) {
        return switch (kind) {
            case OTTLA -> ottla(home, data, port, settings);
            case KAFKA -> kafka(data);
            case NONE -> throw new IllegalStateException("Not a broker");
        };
    }

    /** What stands in its command and is of this machine only. */
    public String place() {
        return this == OTTLA_BEFORE ? BEFORE : "";
    }

    public boolean isKafka() {
        return kind == Kind.KAFKA;
    }

    Map<String, String> environment() {
        return kind == Kind.OTTLA && !OTTLA_FLAGS.isEmpty() ? Map.of("OTTLA_OPTS", OTTLA_FLAGS) : Map.of();
    }

    /** What must happen once before the first start; not timed. */
    public void prepare(Path data, int port) throws IOException {
        prepare(data, port, List.of());
    }

    public void prepare(Path data, int port, List<String> settings) throws IOException {
        switch (kind) {
            case OTTLA -> {
                // Nothing to format: that is the point.
            }
            case KAFKA -> format(data, port, settings);
            case NONE -> throw new IllegalStateException("Not a broker");
        }
    }

    private List<String> ottla(Path home, Path data, int port, List<String> settings) {
        List<String> command = new ArrayList<>(List.of(
                (this == OTTLA_BEFORE ? Path.of(BEFORE) : home).resolve("ottla").toString(),
                "start",
                "--port",
                Integer.toString(port),
                "--data",
                data.toString(),
                "--set",
                "ottla.metrics.port=off"));
        if (!setting.isEmpty()) {
            command.addAll(List.of("--set", setting));
        }
        settings.forEach(each -> command.addAll(List.of("--set", each)));
        return command;
    }

    /** The flags of Kafka's own kafka-server-start.sh and kafka-run-class.sh. */
    private static List<String> kafka(Path data) {
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of(
                "-Xmx1G",
                "-Xms1G",
                "-server",
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-XX:InitiatingHeapOccupancyPercent=35",
                "-XX:+ExplicitGCInvokesConcurrent",
                "-Djava.awt.headless=true"));
        if (!KAFKA_FLAGS.isEmpty()) {
            command.addAll(List.of(KAFKA_FLAGS.split(" ", -1)));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.Kafka",
                data.resolve("server.properties").toString()));
        return command;
    }

    private void format(Path data, int port, List<String> settings) throws IOException {
        Files.createDirectories(data);
        Path file = data.resolve("server.properties");
        Files.writeString(file, """
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
                %s
                %s
                """.formatted(
                        port + 1, port, port + 1, port, data.resolve("logs"), setting, String.join("\n", settings)));
        List<String> format = new ArrayList<>(java());
        format.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                "b3R0bGEtYmVuY2gtMDAwMQ",
                "--config",
                file.toString()));
        BrokerProcess.runToEnd(format);
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED");
    }

    private enum Kind {
        OTTLA,
        KAFKA,
        NONE
    }
}
