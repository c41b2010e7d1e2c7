package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka Streams with {@code exactly_once_v2}. {@code -Dottla.streams.records=1000000 -Dottla.streams.kills=40} for long. */
class StreamsIT {
    private static final int RECORDS = Integer.getInteger("ottla.streams.records", 20_000);
    private static final int KILLS = Integer.getInteger("ottla.streams.kills", 4);
    private static final long SEED = Long.getLong("ottla.streams.seed", 20261123L);
    /** Sent before each kill, and after the last. */
    private static final int SHARE = RECORDS / (KILLS + 1);

    private static final int WORDS = 97;
    private static final int PARTITIONS = 2;
    private static final int APPS = 2;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    @TempDir
    private Path folder;

    private final RandomSource random = RandomSource.seeded(SEED);
    private final Map<String, String> settings = new HashMap<>(SharedBroker.SETTINGS);
    private final List<StreamsApp> apps = new ArrayList<>();
    /** How often each word was sent. */
    private final Map<String, Long> sent = new HashMap<>();
    /** What was said of each word, in order. */
    private final Map<String, List<Long>> counts = new HashMap<>();

    private int counted;
    /** The same with what was aborted. */
    private long written;

    @Test
    void everyWordIsCountedOnceThoughApplicationAndBrokerAreKilled() throws Exception {
        // Given two processes of an application that counts words
        System.out.println("streams: " + RECORDS + " words, " + KILLS + " kills, seed " + SEED);
        BrokerProcess broker = startBroker();
        try (var reader = reader(broker, "read_committed");
                var watcher = reader(broker, "read_uncommitted")) {
            for (int i = 0; i < APPS; i++) {
                startApp(broker, "app-" + i);
            }
            // When they and the broker are killed in turn, each time with words to count and most often a transaction
            // open
            for (int kill = 0; kill < KILLS; kill++) {
                send(broker, words(SHARE));
                watch(watcher, SHARE / 8 + below(SHARE / 2));
                watchUntilSomethingIsOpen(reader, watcher);
                broker = kill(broker, kill);
            }
            send(broker, words(RECORDS - KILLS * SHARE));
            readUntil(reader, RECORDS);
            // Then each word was counted from one up, in order, without a gap, and nothing stays open
            TransactionClientsIT.awaitNothingOpen(broker);
            assertThat(reader.poll(Duration.ofSeconds(1))).isEmpty();
            assertCountedOnce();
            watchToEnd(watcher);
            System.out.println("streams: " + (written - counted) + " counts were undone");

            // And when another comes that has nothing of theirs but the changelog, then it goes on where they were
            for (StreamsApp app : apps) {
                app.kill();
            }
            startApp(broker, "heir");
            List<String> words = List.copyOf(sent.keySet());
            send(broker, words);
            readUntil(reader, RECORDS + words.size());
            assertCountedOnce();
        } finally {
            apps.forEach(StreamsApp::close);
            broker.close();
        }
    }

    /** One process of the application, the broker, both processes, the broker; Apache Kafka itself is left alone. */
    private BrokerProcess kill(BrokerProcess broker, int turn) throws Exception {
        if (turn % 2 == 1 && !SharedBroker.isKafka()) {
            broker.kill();
            return startBroker();
        }
        List<StreamsApp> those = turn % 4 == 0 ? List.of(apps.get(below(APPS))) : apps;
        for (StreamsApp app : those) {
            app.kill();
        }
        for (StreamsApp app : those) {
            app.start();
        }
        return broker;
    }

    private void assertCountedOnce() {
        assertThat(counts.keySet()).as("seed %d", SEED).isEqualTo(sent.keySet());
        counts.forEach((word, seen) -> assertThat(seen)
                .as("seed %d: %s", SEED, word)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, sent.get(word)).boxed().toList()));
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }

    private void startApp(Target broker, String name) throws Exception {
        apps.add(new StreamsApp(broker, folder.resolve(name), folder.resolve(name + ".err")));
    }

    /** The first time with the topics, on a port that stays. */
    private BrokerProcess startBroker() throws Exception {
        boolean first = !settings.containsKey("listeners");
        BrokerProcess broker = BrokerProcess.start(folder.resolve("data"), folder.resolve("broker.err"), settings);
        if (first) {
            settings.put("listeners", "PLAINTEXT://127.0.0.1:" + broker.port());
            JavaClient.createTopic(broker, StreamsApp.IN, PARTITIONS);
            JavaClient.createTopic(broker, StreamsApp.OUT, PARTITIONS);
        }
        return broker;
    }

    private List<String> words(int count) {
        return Stream.generate(() -> "word-" + below(WORDS)).limit(count).toList();
    }

    private void send(Target broker, List<String> words) {
        try (var producer = JavaClient.producer(broker, Map.of())) {
            for (String word : words) {
                var _ = producer.send(new ProducerRecord<>(StreamsApp.IN, below(PARTITIONS), null, word));
                sent.merge(word, 1L, Long::sum);
            }
        }
    }

    private static KafkaConsumer<String, String> reader(Target broker, String level) {
        var reader = JavaClient.consumer(broker, Map.of("isolation.level", level));
        reader.assign(JavaClient.partitions(StreamsApp.OUT, PARTITIONS));
        return reader;
    }

    /** Until so many more counts are written, committed or not. */
    private void watch(KafkaConsumer<String, String> watcher, int more) throws Exception {
        long enough = written + more;
        long lastNanos = System.nanoTime();
        while (written < enough) {
            int came = watcher.poll(POLL).count();
            written += came;
            lastNanos = checked(lastNanos, came, written, enough);
        }
    }

    /** Until a transaction is open, so that what is stable ends before what is written; or nothing is left to count. */
    private void watchUntilSomethingIsOpen(KafkaConsumer<String, String> reader, KafkaConsumer<String, String> watcher)
            throws Exception {
        long enough = sent.values().stream().mapToLong(Long::longValue).sum();
        long lastNanos = System.nanoTime();
        while (StreamsApp.isExactlyOnce()
                && written < enough
                && reader.endOffsets(reader.assignment()).equals(watcher.endOffsets(watcher.assignment()))) {
            int came = watcher.poll(Duration.ofMillis(1)).count();
            written += came;
            lastNanos = checked(lastNanos, came, written, enough);
        }
    }

    private void watchToEnd(KafkaConsumer<String, String> watcher) {
        Map<TopicPartition, Long> ends = watcher.endOffsets(watcher.assignment());
        while (ends.entrySet().stream().anyMatch(end -> watcher.position(end.getKey()) < end.getValue())) {
            written += watcher.poll(POLL).count();
        }
    }

    private void readUntil(KafkaConsumer<String, String> reader, int enough) throws Exception {
        long lastNanos = System.nanoTime();
        while (counted < enough) {
            var came = reader.poll(POLL);
            for (var record : came) {
                counts.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(Long.valueOf(record.value()));
                counted++;
            }
            lastNanos = checked(lastNanos, came.count(), counted, enough);
        }
    }

    /** When something came last; fails when that was too long ago. */
    private long checked(long lastNanos, int came, long soFar, long enough) throws Exception {
        long now = System.nanoTime();
        if (came == 0 && now - lastNanos > PATIENCE_NANOS) {
            throw new AssertionError("seed %d: nothing has come since %d of %d\n%s"
                    .formatted(SEED, soFar, enough, Files.readString(folder.resolve("app-0.err"))));
        }
        return came == 0 ? lastNanos : now;
    }
}
