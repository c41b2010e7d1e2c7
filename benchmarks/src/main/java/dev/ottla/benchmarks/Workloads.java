package dev.ottla.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The work that both brokers are given, by the same Java client in this process. */
final class Workloads {
    private static final int PAYLOADS = 64;
    private static final long SERVED_WITHIN_NANOS = 60_000_000_000L;

    private Workloads() {}

    /** What one piece of work took: wall seconds and the broker's CPU seconds. */
    record Cost(double wallSeconds, double brokerCpuSeconds, long records, long bytes) {
        double megabytesPerSecond() {
            return bytes / 1e6 / wallSeconds;
        }

        double recordsPerSecond() {
            return records / wallSeconds;
        }

        double cpuSecondsPerGigabyte() {
            return brokerCpuSeconds / (bytes / 1e9);
        }

        double cpuSecondsPerMillionRecords() {
            return brokerCpuSeconds / (records / 1e6);
        }
    }

    /** Microseconds. */
    record Latency(double p50Us, double p99Us, double p999Us, double maxUs, double brokerCpuSeconds) {}

    /** Returns when every partition is served. */
    static void createTopic(String bootstrap, String topic, int partitions) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
            // A broker may know a topic before it serves all of its partitions, and Kafka's may not know at once what
            // its
            // controller has created; this asks until it does.
            long end = System.nanoTime() + SERVED_WITHIN_NANOS;
            while (!isServed(admin, topic, partitions)) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("Topic " + topic + " is not served");
                }
            }
        }
    }

    private static boolean isServed(Admin admin, String topic, int partitions) throws Exception {
        try {
            admin.listOffsets(IntStream.range(0, partitions)
                            .mapToObj(partition -> new TopicPartition(topic, partition))
                            .collect(Collectors.toMap(Function.identity(), each -> OffsetSpec.latest())))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    static KafkaProducer<byte[], byte[]> producer(String bootstrap, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrap,
                "acks",
                "all",
                "reconnect.backoff.ms",
                5,
                "reconnect.backoff.max.ms",
                5));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** As many records as fast as one producer with its default settings (acks=all, idempotent) can. */
    static Cost produce(BrokerProcess broker, String topic, long records, int sizeBytes, Map<String, Object> more)
            throws Exception {
        byte[][] payloads = payloads(sizeBytes);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrap(), more)) {
            producer.partitionsFor(topic);
            double cpu = broker.cpuSeconds();
            long start = System.nanoTime();
            for (long i = 0; i < records; i++) {
                var _ = producer.send(
                        new ProducerRecord<>(topic, payloads[(int) (i % PAYLOADS)]), (metadata, problem) -> {
                            if (problem != null) {
                                failure.compareAndSet(null, problem);
                            }
                        });
            }
            producer.flush();
            Cost cost = new Cost(seconds(start), broker.cpuSeconds() - cpu, records, records * sizeBytes);
            Exception problem = failure.get();
            if (problem != null) {
                throw problem;
            }
            return cost;
        }
    }

    /** Everything in the topic's partitions, from the beginning, by one consumer with assigned partitions. */
    static Cost consume(BrokerProcess broker, String topic, int partitions, long records, int sizeBytes) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrap(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> assigned = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(assigned);
            consumer.seekToBeginning(assigned);
            double cpu = broker.cpuSeconds();
            long start = System.nanoTime();
            long seen = 0;
            while (seen < records) {
                seen += consumer.poll(Duration.ofSeconds(10)).count();
            }
            return new Cost(seconds(start), broker.cpuSeconds() - cpu, records, records * sizeBytes);
        }
    }

    /**
     * Time from send to acknowledgement at a fixed rate, open loop: a late record's time counts from when it should have been sent.
     */
    static Latency latency(BrokerProcess broker, String topic, int perSecond, int forSeconds, int sizeBytes)
            throws Exception {
        byte[][] payloads = payloads(sizeBytes);
        int records = perSecond * forSeconds;
        long[] tookNanos = new long[records];
        try (KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrap(), Map.of("linger.ms", 0))) {
            producer.partitionsFor(topic);
            double cpu = broker.cpuSeconds();
            long start = System.nanoTime();
            for (int i = 0; i < records; i++) {
                long due = start + i * 1_000_000_000L / perSecond;
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                int index = i;
                var _ = producer.send(
                        new ProducerRecord<>(topic, payloads[i % PAYLOADS]),
                        (metadata, problem) ->
                                tookNanos[index] = problem == null ? System.nanoTime() - due : Long.MAX_VALUE);
            }
            producer.flush();
            double used = broker.cpuSeconds() - cpu;
            Arrays.sort(tookNanos);
            return new Latency(at(tookNanos, 0.5), at(tookNanos, 0.99), at(tookNanos, 0.999), at(tookNanos, 1), used);
        }
    }

    /** Milliseconds from the start of the process to the first acknowledged record, the topic's creation included. */
    static double firstAcknowledgedMs(BrokerProcess broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrap(), Map.of("retry.backoff.ms", 5))) {
            producer.send(new ProducerRecord<>("first", new byte[] {1})).get();
            return (System.nanoTime() - broker.startedNanos()) / 1e6;
        }
    }

    private static byte[][] payloads(int sizeBytes) {
        SplittableRandom random = new SplittableRandom(42);
        byte[][] payloads = new byte[PAYLOADS][sizeBytes];
        for (byte[] payload : payloads) {
            random.nextBytes(payload);
        }
        return payloads;
    }

    private static double at(long[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] / 1e3;
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
