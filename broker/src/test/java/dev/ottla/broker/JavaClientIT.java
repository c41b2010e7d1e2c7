package dev.ottla.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's Java client, unchanged: what it writes it reads back, also after a restart. */
class JavaClientIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void recordsComeBackAsTheyWereSentAlsoAfterARestart() throws Exception {
        // Given a topic of three partitions and 300 records, by the idempotent producer, in every codec
        try (Broker broker = TestBrokers.start(folder)) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapAddress()))) {
                admin.createTopics(List.of(new NewTopic("orders", 3, (short) 1)))
                        .all()
                        .get();
                assertThat(admin.listTopics().names().get()).containsExactly("orders");
            }
            for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
                produce(broker, codec, 60);
            }
            assertThat(consume(broker, 300)).hasSize(300).doesNotHaveDuplicates();
        }

        // When
        try (Broker again = TestBrokers.start(folder)) {
            // Then nothing is missing, and offsets go on
            assertThat(consume(again, 300)).hasSize(300).doesNotHaveDuplicates();
            produce(again, "none", 30);
            assertThat(consume(again, 330)).hasSize(330).doesNotHaveDuplicates();
        }
    }

    @Test
    void aConsumerThatWaitsGetsWhatIsSentNext() throws Exception {
        try (Broker broker = TestBrokers.start(folder);
                KafkaConsumer<String, String> consumer = consumer(broker);
                KafkaProducer<String, String> producer = producer(broker, "none")) {
            producer.send(new ProducerRecord<>("live", "0")).get();
            TopicPartition partition = new TopicPartition("live", 0);
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            assertThat(consumer.position(partition)).isEqualTo(1);

            producer.send(new ProducerRecord<>("live", "1")).get();

            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                List<String> values = new ArrayList<>();
                consumer.poll(Duration.ofMillis(500)).forEach(record -> values.add(record.value()));
                assertThat(values).containsExactly("1");
            });
        }
    }

    private static void produce(Broker broker, String codec, int count) throws Exception {
        try (KafkaProducer<String, String> producer = producer(broker, codec)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ProducerRecord<String, String> record =
                        new ProducerRecord<>("orders", i % 3, "key-" + i, codec + " value " + i);
                record.headers().add("codec", codec.getBytes(StandardCharsets.UTF_8));
                sent.add(producer.send(record));
            }
            for (Future<RecordMetadata> each : sent) {
                assertThat(each.get().hasOffset()).isTrue();
            }
        }
    }

    /** Reads all partitions from the start until so many records are there; each as topic, partition and offset. */
    private static List<String> consume(Broker broker, int count) {
        try (KafkaConsumer<String, String> consumer = consumer(broker)) {
            List<TopicPartition> partitions = List.of(
                    new TopicPartition("orders", 0), new TopicPartition("orders", 1), new TopicPartition("orders", 2));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<String> seen = new ArrayList<>();
            Awaitility.await().atMost(PATIENCE).until(() -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    String codec =
                            new String(record.headers().lastHeader("codec").value(), StandardCharsets.UTF_8);
                    assertThat(record.value()).startsWith(codec + " value ");
                    assertThat(record.key()).startsWith("key-");
                    seen.add(record.partition() + "@" + record.offset());
                }
                return seen.size() >= count;
            });
            return seen;
        }
    }

    private static KafkaProducer<String, String> producer(Broker broker, String codec) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapAddress(), "compression.type", codec, "linger.ms", "5"),
                new StringSerializer(),
                new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(Broker broker) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapAddress(), "enable.auto.commit", "false"),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
