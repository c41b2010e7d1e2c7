package dev.ottla.benchmarks.works;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Scratch;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;

/**
 * What a Kafka Streams application with {@code exactly_once_v2} gets through beside Apache Kafka: words read, sent through a repartition topic, counted in a store with a
 * changelog, every count written.
 */
public final class Streams {
    private static final int[] COMMIT_INTERVALS_MS = {100, 1_000};
    private static final int PARTITIONS = 4;
    private static final int WORDS = 10_000;
    private static final int RECORDS = Integer.getInteger("ottla.benchmark.records", 3_000_000);
    private static final long WARM_UP_RECORDS = 100_000;
    private static final long NANOS = Long.getLong("ottla.benchmark.seconds", 10) * 1_000_000_000L;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private final Round round;

    private Streams(Round round) {
        this.round = round;
    }

    /** The work of this name. */
    public static Work work() {
        return Work.of(
                "streams", "an application of Kafka Streams with exactly_once_v2", round -> new Streams(round).run());
    }

    private void run() throws Exception {
        try (BrokerProcess broker = round.start()) {
            Workloads.firstAcknowledgedMs(broker);
            Workloads.createTopic(broker.bootstrap(), "words", PARTITIONS);
            Workloads.createTopic(broker.bootstrap(), "counts", PARTITIONS);
            produce(broker);
            for (int intervalMs : COMMIT_INTERVALS_MS) {
                measure(broker, round.scratch().resolve("state"), intervalMs);
            }
        }
    }

    private static void produce(BrokerProcess broker) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                var _ = producer.send(new ProducerRecord<>("words", i % PARTITIONS, null, "word-" + i % WORDS));
            }
        }
    }

    private void measure(BrokerProcess broker, Path state, int intervalMs) throws Exception {
        String id = "counter-" + intervalMs;
        try (KafkaStreams app = new KafkaStreams(topology(), config(broker, state, id, intervalMs));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            app.start();
            awaitDone(admin, id, WARM_UP_RECORDS);
            long before = done(admin, id);
            double cpuBefore = broker.cpuSeconds();
            long started = System.nanoTime();
            LockSupport.parkNanos(NANOS);
            long records = done(admin, id) - before;
            double seconds = (System.nanoTime() - started) / 1e9;
            double cpu = broker.cpuSeconds() - cpuBefore;
            if (before + records >= RECORDS) {
                throw new IllegalStateException("The words ran out: give it more by -Dottla.benchmark.records");
            }
            String what = "commit.interval.ms " + intervalMs + ", ";
            round.add(what + "words/s", records / seconds);
            round.add(what + "broker CPU s a million words", cpu * 1e6 / records);
        }
        Scratch.delete(state);
    }

    private static void awaitDone(Admin admin, String id, long records) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (done(admin, id) < records) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(id + " does not get on");
            }
        }
    }

    /** Words whose counts are committed. */
    private static long done(Admin admin, String id) throws Exception {
        return admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals("words"))
                .mapToLong(entry -> entry.getValue().offset())
                .sum();
    }

    private static org.apache.kafka.streams.Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream("words")
                .selectKey((_, word) -> word)
                .groupByKey(Grouped.with(Serdes.String(), Serdes.String()))
                .count(Materialized.as("how-often"))
                .toStream()
                .to("counts", Produced.with(Serdes.String(), Serdes.Long()));
        return builder.build();
    }

    private static Properties config(BrokerProcess broker, Path state, String id, int intervalMs) {
        Properties config = new Properties();
        config.put("application.id", id);
        config.put("bootstrap.servers", broker.bootstrap());
        config.put("state.dir", state.toString());
        config.put("processing.guarantee", "exactly_once_v2");
        config.put("default.key.serde", Serdes.StringSerde.class.getName());
        config.put("default.value.serde", Serdes.StringSerde.class.getName());
        config.put("commit.interval.ms", Integer.toString(intervalMs));
        config.put("statestore.cache.max.bytes", "0");
        return config;
    }
}
