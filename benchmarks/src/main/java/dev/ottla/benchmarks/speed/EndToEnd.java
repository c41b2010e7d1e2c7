package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Usage;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Workloads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What Kafka's tool does, in finer steps than its milliseconds: send a record, wait for its acknowledgement, poll until it is there. */
final class EndToEnd {
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int RECORD_BYTES = 100;

    private EndToEnd() {}

    static void measure(Round round, BrokerProcess broker, String topic, long trips) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrap(), "fetch.max.wait.ms", 0, "enable.auto.commit", false);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaProducer<byte[], byte[]> producer = Workloads.producer(broker.bootstrap(), Map.of("linger.ms", 0));
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            consumer.position(partition);
            trips(producer, consumer, topic, trips / 5);
            Usage before = broker.usage();
            Histogram nanos = trips(producer, consumer, topic, trips);
            Usage used = broker.usage().since(before);
            round.add("end to end, average us", nanos.getMean() / 1e3, Aim.ratioAtMost(0.4));
            round.add("end to end, p99 us", nanos.getValueAtPercentile(99) / 1e3, Aim.ratioAtMost(0.25));
            round.add("end to end, p99.9 us", nanos.getValueAtPercentile(99.9) / 1e3);
            round.curve("end to end", nanos);
            round.used("end to end", used, trips, trips * RECORD_BYTES, 0);
        }
    }

    private static Histogram trips(
            KafkaProducer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer, String topic, long trips)
            throws Exception {
        byte[] payload = Workloads.payloads(1, RECORD_BYTES, RECORD_BYTES)[0];
        Histogram nanos = new Histogram(HIGHEST_NANOS, 3);
        for (long i = 0; i < trips; i++) {
            long start = System.nanoTime();
            producer.send(new ProducerRecord<>(topic, payload)).get();
            while (consumer.poll(Duration.ofSeconds(60)).isEmpty()) {
                // Not there yet.
            }
            nanos.recordValue(System.nanoTime() - start);
        }
        return nanos;
    }
}
