package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka Streams with {@code exactly_once_v2}. {@code -Dottla.streams.records=1000000 -Dottla.streams.kills=40} for long. */
class StreamsIT {
    private static final int RECORDS = Integer.getInteger("ottla.streams.records", 20_000);
    private static final int KILLS = Integer.getInteger("ottla.streams.kills", 4);
    private static final int WORDS = 97;
    private static final int PARTITIONS = 2;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    @TempDir
    private Path folder;

    private final Map<String, String> settings = new HashMap<>(SharedBroker.SETTINGS);
    private final List<StreamsApp> apps = new ArrayList<>();
    private final Map<String, List<Long>> counts = new HashMap<>();
    private int counted;

    @Test
    void everyWordIsCountedOnceThoughApplicationAndBrokerAreKilled() throws Exception {
        // Given words, and two processes of an application that counts them
        BrokerProcess broker = startBroker();
        try (var reader = reader(broker)) {
            for (int i = 0; i < 2; i++) {
                apps.add(new StreamsApp(broker, folder.resolve("state-" + i), folder.resolve("app-" + i + ".err")));
            }
            // When they and the broker are killed in turn while they work
            for (int kill = 0; kill <= KILLS; kill++) {
                readUntil(reader, (int) ((long) RECORDS * (kill + 1) / (KILLS + 1)));
                if (kill == KILLS) {
                    break;
                }
                if (kill % 2 == 0 || SharedBroker.isKafka()) {
                    apps.get(kill / 2 % 2).killAndRestart();
                } else {
                    broker.kill();
                    broker = startBroker();
                }
            }
            // Then nothing more comes, and no transaction stays open
            TransactionClientsIT.awaitNothingOpen(broker);
            assertThat(reader.poll(Duration.ofSeconds(1))).isEmpty();
        } finally {
            apps.forEach(StreamsApp::close);
            broker.close();
        }
        // And each word was counted from one up, in order, without a gap
        assertThat(counts).hasSize(WORDS);
        counts.forEach((word, seen) -> assertThat(seen)
                .as(word)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, seen.size())
                        .mapToObj(Long::valueOf)
                        .toList()));
        assertThat(counted).isEqualTo(RECORDS);
    }

    /** The first time with the words, on a port that stays. */
    private BrokerProcess startBroker() throws Exception {
        boolean first = !settings.containsKey("listeners");
        BrokerProcess broker = BrokerProcess.start(folder.resolve("data"), folder.resolve("broker.err"), settings);
        if (first) {
            settings.put("listeners", "PLAINTEXT://127.0.0.1:" + broker.port());
            JavaClient.createTopic(broker, StreamsApp.IN, PARTITIONS);
            JavaClient.createTopic(broker, StreamsApp.OUT, PARTITIONS);
            try (var producer = JavaClient.producer(broker, Map.of())) {
                for (int i = 0; i < RECORDS; i++) {
                    var _ = producer.send(
                            new ProducerRecord<>(StreamsApp.IN, i % PARTITIONS, null, "word-" + i % WORDS));
                }
            }
        }
        return broker;
    }

    private static KafkaConsumer<String, String> reader(Target broker) {
        var reader = JavaClient.consumer(broker, Map.of("isolation.level", "read_committed"));
        reader.assign(JavaClient.partitions(StreamsApp.OUT, PARTITIONS));
        return reader;
    }

    private void readUntil(KafkaConsumer<String, String> reader, int enough) throws Exception {
        long lastNanos = System.nanoTime();
        while (counted < enough) {
            for (var record : reader.poll(POLL)) {
                counts.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(Long.valueOf(record.value()));
                counted++;
                lastNanos = System.nanoTime();
            }
            if (System.nanoTime() - lastNanos > PATIENCE_NANOS) {
                throw new AssertionError("nothing has come since " + counted + " of " + RECORDS + "\n"
                        + Files.readString(folder.resolve("app-0.err")));
            }
        }
    }
}
