package dev.ottla.conformance;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's Java client with its own defaults, text in and out. */
final class JavaClient {
    /** How long nothing may come before a reader gives up. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private JavaClient() {}

    static Admin admin(Target broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
    }

    static KafkaProducer<String, String> producer(Target broker, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", broker.bootstrap()));
        config.putAll(more);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    static KafkaConsumer<String, String> consumer(Target broker, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                "false"));
        config.putAll(more);
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    static void createTopic(Target broker, String topic, int partitions) throws Exception {
        try (Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
            // Apache Kafka answers a moment before it knows the topic everywhere, and may name a leader before it
            // serves.
            await().atMost(PATIENCE).ignoreExceptions().until(() -> serves(admin, topic, partitions));
        }
    }

    private static boolean serves(Admin admin, String topic, int partitions) throws Exception {
        var latest = partitions(topic, partitions).stream().collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest()));
        return admin.listOffsets(latest).all().get().size() == partitions;
    }

    static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList();
    }

    /** Reads so many records from the beginning of all partitions; fails when they do not come. */
    static List<ConsumerRecord<String, String>> readAll(Target broker, String topic, int partitions, int count) {
        try (var consumer = consumer(broker, Map.of())) {
            consumer.assign(partitions(topic, partitions));
            consumer.seekToBeginning(consumer.assignment());
            return poll(consumer, count);
        }
    }

    /** Reads so many records; fails when none has come for a while, however long the whole takes. */
    static List<ConsumerRecord<String, String>> poll(KafkaConsumer<String, String> consumer, int count) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (records.size() < count) {
            var more = consumer.poll(Duration.ofMillis(200));
            more.forEach(records::add);
            if (!more.isEmpty()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new AssertionError("%d of %d records of %s, and none for %d s"
                        .formatted(records.size(), count, positions(consumer), PATIENCE.toSeconds()));
            }
        }
        return records;
    }

    private static Map<TopicPartition, Long> positions(KafkaConsumer<String, String> consumer) {
        return consumer.assignment().stream().collect(Collectors.toMap(p -> p, consumer::position));
    }
}
