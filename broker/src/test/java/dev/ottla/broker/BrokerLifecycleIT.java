package dev.ottla.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Clock;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.broker.config.BrokerSettings;
import dev.ottla.broker.wire.ApiKeys;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerLifecycleIT {
    @TempDir
    private Path folder;

    @Test
    void idsSurviveARestartAndTheFolderIsLetGo() throws Exception {
        // Given
        Broker broker = TestBrokers.start(folder);
        assertThat(broker.state()).isEqualTo(BrokerState.RUNNING);
        assertThat(broker.nodeId()).isEqualTo(1);
        String clusterId = broker.clusterId();
        broker.close();
        assertThat(broker.state()).isEqualTo(BrokerState.STOPPED);
        assertThat(folder.resolve(".kafka_cleanshutdown")).exists();

        // When
        try (Broker again = TestBrokers.start(folder)) {
            // Then
            assertThat(again.clusterId()).isEqualTo(clusterId);
            try (RawClient client = new RawClient(again.address())) {
                MetadataResponseData metadata =
                        client.call(new MetadataRequestData().setTopics(null), 12, MetadataResponseData.class);
                assertThat(metadata.clusterId()).isEqualTo(clusterId);
                assertThat(metadata.controllerId()).isEqualTo(1);
            }
        }
    }

    @Test
    void everyApiOfTheTableIsServed() throws Exception {
        // Given a broker
        try (Broker broker = TestBrokers.start(folder);
                RawClient client = new RawClient(broker.address())) {
            // When it is asked what it serves
            ApiVersionsResponseData answer =
                    client.call(new ApiVersionsRequestData(), 0, ApiVersionsResponseData.class);

            // Then that is what the table of APIs has
            assertThat(answer.apiKeys())
                    .extracting(ApiVersion::apiKey)
                    .containsExactlyInAnyOrderElementsOf(
                            Arrays.stream(ApiKeys.values()).map(key -> key.id).toList());
        }
    }

    @Test
    void aFolderInUseIsRefused() throws Exception {
        try (Broker first = TestBrokers.start(folder)) {
            assertThatThrownBy(() -> TestBrokers.start(folder))
                    .isInstanceOf(OttlaException.class)
                    .hasMessageContaining("in use");
            // And the first one does not mind
            try (RawClient client = new RawClient(first.address())) {
                client.call(new MetadataRequestData(), 12, MetadataResponseData.class);
            }
        }
    }

    @Test
    void aFolderInUseByAnotherProcessIsRefused() throws Exception {
        // Given a process that holds the folder's lock, as Apache Kafka or another Ottla would
        Path script = Files.writeString(folder.resolve("Hold.java"), """
                public class Hold {
                    public static void main(String[] args) throws Exception {
                        try (var channel = java.nio.channels.FileChannel.open(java.nio.file.Path.of(args[0]),
                                java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE);
                                var lock = channel.lock()) {
                            System.out.println(lock.isValid());
                            System.in.read();
                        }
                    }
                }
                """);
        Path data = Files.createDirectories(folder.resolve("data"));
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        script.toString(),
                        data.resolve(".lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("true");

            // When and then
            assertThatThrownBy(() -> TestBrokers.start(data)).hasMessageContaining("another");
        } finally {
            holder.destroy();
            holder.waitFor();
        }
        // And once that one has gone, the folder can be had: nothing was left open
        TestBrokers.start(data).close();
    }

    @Test
    void severalBrokersLiveInOneProcess(@TempDir Path other) throws Exception {
        try (Broker one = TestBrokers.start(folder);
                Broker two = TestBrokers.start(other)) {
            assertThat(one.bootstrapAddress()).isNotEqualTo(two.bootstrapAddress());
            assertThat(one.clusterId()).isNotEqualTo(two.clusterId());
        }
    }

    @Test
    void aPortThatIsTakenIsAnErrorThatLeavesNothingBehind() throws Exception {
        try (Broker first = TestBrokers.start(folder.resolve("one"))) {
            String listeners = BrokerSettings.loopback(first.address().getPort());
            BrokerSettings settings = TestBrokers.settings(folder.resolve("two"), Map.of("listeners", listeners));
            assertThatThrownBy(() -> Broker.start(settings))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(listeners);
        }
        TestBrokers.start(folder.resolve("two")).close();
    }

    @Test
    void metadataThatIsMissingIsAnErrorAndNotANewCluster() throws Exception {
        TestBrokers.start(folder).close();
        dev.ottla.base.Files.system().deleteTree(folder.resolve(Storage.METADATA_FOLDER));
        assertThatThrownBy(() -> TestBrokers.start(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metadata log")
                .hasMessageContaining("missing");
    }

    @Test
    void metricsAndHealthAreServedOnTheirOwnPort() throws Exception {
        BrokerSettings settings = TestBrokers.settings(folder, Map.of(BrokerSettings.METRICS_PORT, "0"));
        try (Broker broker = Broker.start(settings);
                HttpClient http = HttpClient.newHttpClient()) {
            try (RawClient client = new RawClient(broker.address())) {
                client.call(new MetadataRequestData(), 12, MetadataResponseData.class);
                String page = get(http, broker, "/metrics").body();
                assertThat(page)
                        .contains("ottla_request_duration_seconds_count{api=\"Metadata\"} 1\n")
                        .contains("ottla_connections 1\n")
                        .contains("ottla_partitions 0\n")
                        .containsPattern("ottla_journal_groups_total\\{folder=\"[^\"]+\"} 0\n")
                        .containsPattern("ottla_journal_max_bytes\\{folder=\"[^\"]+\"} [1-9]");
            }
            assertThat(get(http, broker, "/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void connectionsAreClosedWhenTheBrokerIs() throws Exception {
        Broker broker = TestBrokers.start(folder);
        try (Socket socket =
                new Socket(broker.address().getAddress(), broker.address().getPort())) {
            socket.setSoTimeout(10_000);
            broker.close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void losingTheMetadataStopsTheBrokerOnce() throws Exception {
        // Given a broker whose metadata's disk dies
        FailingFiles disk = new FailingFiles(folder.resolve(Storage.METADATA_FOLDER));
        List<Throwable> fatal = new CopyOnWriteArrayList<>();
        BrokerPorts ports = new BrokerPorts(disk.files(), Clock.system(), RandomSource.secure());
        Broker broker = Broker.start(TestBrokers.settings(folder, Map.of()), ports, fatal::add);
        try (RawClient client = new RawClient(broker.address())) {
            ask(client, "before");
            disk.lose();

            // When something would have to be written
            RawClient last = client;
            assertThatThrownBy(() -> {
                        MetadataResponseData answer = ask(last, "after");
                        assertThat(answer.topics().find("after").errorCode()).isZero();
                    })
                    .isInstanceOfAny(AssertionError.class, IOException.class);

            // Then nobody was told that it is there, and the broker is gone
            broker.awaitStop();
        }
        assertThat(broker.state()).isEqualTo(BrokerState.STOPPED);
        assertThat(fatal).hasSize(1);
        try (Broker again = TestBrokers.start(folder);
                RawClient client = new RawClient(again.address())) {
            MetadataResponseData all =
                    client.call(new MetadataRequestData().setTopics(null), 12, MetadataResponseData.class);
            assertThat(all.topics()).extracting(topic -> topic.name()).containsExactly("before");
        }
    }

    private static MetadataResponseData ask(RawClient client, String topic) throws IOException {
        MetadataRequestTopic wanted = new MetadataRequestTopic().setName(topic);
        return client.call(new MetadataRequestData().setTopics(List.of(wanted)), 12, MetadataResponseData.class);
    }

    private static HttpResponse<String> get(HttpClient http, Broker broker, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + broker.metricsAddress().getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
