package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The same records go to compacted topics of Apache Kafka and of Ottla; when both have cleaned, both have the same records left, at the same offsets. */
class CompactionIT {
    private static final Map<String, String> BUSY_CLEANER = Map.of("log.cleaner.backoff.ms", "100");
    private static final String TOMBSTONES_STAY = "tombstones-stay";
    private static final String TOMBSTONES_GO = "tombstones-go";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Records' times are this far apart now and then, and a segment rolls after less: both brokers roll at the same offsets. */
    private static final long STEP_MS = 10_000;

    private static final long SEGMENT_MS = 5_000;
    private static final int RECORDS = 150;
    private static final int KEYS = 20;

    @Test
    void theSameIsLeft() throws Exception {
        // Given what is left in Apache Kafka
        List<String> expected;
        try (Target kafka = ApacheKafka.start(BUSY_CLEANER)) {
            expected = whatIsLeft(kafka);
        }
        // When the same is sent to Ottla, then the same is left
        try (Target ottla = Ottla.start(BUSY_CLEANER)) {
            assertThat(String.join("\n", whatIsLeft(ottla))).isEqualTo(String.join("\n", expected));
        }
        // And that is less than was sent, with tombstones in one topic only
        assertThat(expected.size()).isLessThan(2 * RECORDS);
        assertThat(expected).anyMatch(line -> line.startsWith(TOMBSTONES_STAY) && line.endsWith("=null"));
        assertThat(expected).noneMatch(line -> line.startsWith(TOMBSTONES_GO) && line.endsWith("=null"));
    }

    private static List<String> whatIsLeft(Target target) throws Exception {
        try (Admin admin = JavaClient.admin(target)) {
            admin.createTopics(List.of(topic(TOMBSTONES_STAY, "3600000"), topic(TOMBSTONES_GO, "0")))
                    .all()
                    .get();
        }
        try (KafkaProducer<String, String> producer = JavaClient.producer(target, Map.of())) {
            for (String topic : List.of(TOMBSTONES_STAY, TOMBSTONES_GO)) {
                send(producer, topic, 0, true);
            }
            awaitCleaned(target, RECORDS);
            for (String topic : List.of(TOMBSTONES_STAY, TOMBSTONES_GO)) {
                send(producer, topic, RECORDS, false);
            }
            awaitCleaned(target, 2 * RECORDS);
        }
        List<String> left = new ArrayList<>();
        for (String topic : List.of(TOMBSTONES_STAY, TOMBSTONES_GO)) {
            left.addAll(read(target, topic));
        }
        return left;
    }

    private static NewTopic topic(String name, String deleteRetentionMs) {
        return new NewTopic(name, 1, (short) 1)
                .configs(Map.of(
                        "cleanup.policy",
                        "compact",
                        "segment.ms",
                        String.valueOf(SEGMENT_MS),
                        "min.cleanable.dirty.ratio",
                        "0.01",
                        "delete.retention.ms",
                        deleteRetentionMs));
    }

    /** The last record begins a new segment, so that all before it can be cleaned. */
    private static void send(KafkaProducer<String, String> producer, String topic, int from, boolean tombstones)
            throws Exception {
        SplittableRandom random = new SplittableRandom(from);
        long timeMs = 1_000_000 + from * STEP_MS;
        for (int i = 0; i < RECORDS; i++) {
            boolean rolls = i > 0 && (i % 40 == 0 || i == RECORDS - 1);
            timeMs += rolls ? STEP_MS : 1;
            String key = "key-" + random.nextInt(KEYS) + (i % 3 == 0 ? "-" + from : "");
            String value = tombstones && random.nextInt(4) == 0 ? null : "value-" + (from + i);
            producer.send(new ProducerRecord<>(topic, 0, timeMs, key, value)).get();
        }
    }

    /** Up to the last record, which is in the active segment. */
    private static void awaitCleaned(Target target, int records) {
        Path checkpoint = target.dataFolder().resolve("cleaner-offset-checkpoint");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lines(checkpoint))
                        .contains(TOMBSTONES_STAY + " 0 " + (records - 1), TOMBSTONES_GO + " 0 " + (records - 1)));
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static List<String> read(Target target, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<String> lines = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = JavaClient.consumer(target, Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> lines.add("%s %d at %d %s=%s"
                                .formatted(topic, record.offset(), record.timestamp(), record.key(), record.value())));
                return consumer.position(partition) == end;
            });
        }
        return lines;
    }
}
