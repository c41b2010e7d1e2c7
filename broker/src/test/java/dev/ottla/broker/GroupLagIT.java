package dev.ottla.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.broker.config.BrokerSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker itself knows how far its groups are behind. */
class GroupLagIT {
    private static final String TOPIC = "orders";

    @TempDir
    private Path folder;

    @Test
    void theMetricsSayHowFarAGroupIsBehind() throws Exception {
        BrokerSettings settings = TestBrokers.settings(folder, Map.of(BrokerSettings.METRICS_PORT, "0"));
        try (Broker broker = Broker.start(settings);
                HttpClient http = HttpClient.newHttpClient();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapAddress()))) {
            // Given a topic of two partitions, with ten records in the first, and nobody who reads
            admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1))).all().get();
            produce(broker, 10);
            assertThat(page(http, broker))
                    .doesNotContain("ottla_group_lag_records{")
                    .contains(leftOut(0));

            // When two groups commit, then the page says how far each is behind
            commit(broker, "slow", Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(4)));
            commit(
                    broker,
                    "quick",
                    Map.of(
                            new TopicPartition(TOPIC, 0), new OffsetAndMetadata(10),
                            new TopicPartition(TOPIC, 1), new OffsetAndMetadata(0)));
            assertThat(page(http, broker))
                    .contains(lag("slow", 0, 6), lag("quick", 0, 0), lag("quick", 1, 0), leftOut(0));

            // When more is written, then all are further behind
            produce(broker, 5);
            assertThat(page(http, broker)).contains(lag("slow", 0, 11), lag("quick", 0, 5));

            // When a commit is ahead of the records, then it is not behind
            commit(broker, "slow", Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(99)));
            assertThat(page(http, broker)).contains(lag("slow", 0, 0));

            // When a group is deleted, then nothing is said of it
            admin.deleteConsumerGroups(List.of("slow")).all().get();
            assertThat(page(http, broker)).doesNotContain("group=\"slow\"").contains(lag("quick", 0, 5));
        }
    }

    private static String lag(String group, int partition, long records) {
        return "ottla_group_lag_records{group=\"%s\",topic=\"%s\",partition=\"%d\"} %d\n"
                .formatted(group, TOPIC, partition, records);
    }

    private static String leftOut(long partitions) {
        return "ottla_group_lag_left_out " + partitions + "\n";
    }

    private static void produce(Broker broker, int records) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapAddress()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(TOPIC, 0, null, "v" + i));
                sent.get();
            }
        }
    }

    private static void commit(Broker broker, String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapAddress(), "group.id", group),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(offsets.keySet());
            consumer.commitSync(offsets);
        }
    }

    private static String page(HttpClient http, Broker broker) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + broker.metricsAddress().getPort() + "/metrics");
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
