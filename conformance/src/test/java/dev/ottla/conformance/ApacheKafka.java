package dev.ottla.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** Apache Kafka 4.3.1 inside this JVM: one node that is broker and controller, formatted as its quick start says. */
final class ApacheKafka implements Target {
    private final KafkaRaftServer server;
    private final Path folder;
    private final int port;

    private ApacheKafka(KafkaRaftServer server, Path folder, int port) {
        this.server = server;
        this.folder = folder;
        this.port = port;
    }

    /** Starts a broker in a new temporary folder; {@code settings} are Kafka's broker settings on top of a small node's. */
    static ApacheKafka start(Map<String, String> settings) {
        try {
            return start(Files.createTempDirectory("apache-kafka-"), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #start(Map)}, in a folder that may hold what an earlier one left; not deleted at the end unless empty at the start. */
    static ApacheKafka start(Path folder, Map<String, String> settings) {
        try {
            Files.createDirectories(folder);
            int port = freePort();
            Properties properties = smallNode(folder, port, freePort());
            properties.putAll(settings);
            Path file = folder.resolve("server.properties");
            try (var out = Files.newOutputStream(file)) {
                properties.store(out, null);
            }
            if (!Files.exists(folder.resolve("data"))) {
                format(file);
            }
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            ApacheKafka kafka = new ApacheKafka(server, folder, port);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
                admin.describeCluster().nodes().get();
            }
            return kafka;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("Apache Kafka did not start", e);
        }
    }

    private static Properties smallNode(Path folder, int port, int controllerPort) {
        Properties p = new Properties();
        p.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "controller.listener.names", "CONTROLLER",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort,
                "log.dirs", folder.resolve("data").toString(),
                "log.cleaner.dedupe.buffer.size", "2097152"));
        p.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "100");
        p.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.num.partitions", "1",
                "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0"));
        return p;
    }

    private static void format(Path file) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        // Without the feature that makes a cluster-wide setting of min.insync.replicas, which only several brokers
        // need.
        String[] arguments = {
            "format",
            "-c",
            file.toString(),
            "-t",
            Uuid.randomUuid().toString(),
            "--standalone",
            "--feature",
            "eligible.leader.replicas.version=0"
        };
        int exitCode = StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8));
        if (exitCode != 0) {
            throw new IllegalStateException("format failed: " + said.toString(StandardCharsets.UTF_8));
        }
    }

    /** A port that was free a moment ago; the controller's must be known before it starts. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public String name() {
        return "Apache Kafka";
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path dataFolder() {
        return folder.resolve("data");
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        Folders.deleteTree(folder);
    }
}
