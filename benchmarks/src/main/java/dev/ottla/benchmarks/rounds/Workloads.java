package dev.ottla.benchmarks.rounds;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Usage;
import java.time.Duration;
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
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
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
public final class Workloads {
    private static final int PAYLOADS = 64;
    private static final long HIGHEST_NANOS = 600_000_000_000L;
    private static final long SERVED_WITHIN_NANOS = 60_000_000_000L;

    private Workloads() {}

    /** What one piece of work took: wall seconds, and what the broker's process used. */
    public record Cost(double wallSeconds, Usage used, long records, long bytes) {
        double brokerCpuSeconds() {
            return used.cpuSeconds();
        }

        public double megabytesPerSecond() {
            return bytes / 1e6 / wallSeconds;
        }

        public double recordsPerSecond() {
            return records / wallSeconds;
        }

        public double cpuSecondsPerGigabyte() {
            return brokerCpuSeconds() / (bytes / 1e9);
        }

        public double cpuSecondsPerMillionRecords() {
            return brokerCpuSeconds() / (records / 1e6);
        }
    }

    /** Nanoseconds from when each record was due to its acknowledgement. */
    public record Latency(Histogram nanos, Usage used, long records, long bytes) {
        public double us(double percentile) {
            return nanos.getValueAtPercentile(percentile) / 1e3;
        }
    }

    /** Returns when every partition is served. */
    public static void createTopic(String bootstrap, String topic, int partitions) throws Exception {
        createTopic(bootstrap, topic, partitions, Map.of());
    }

    /** Returns when every partition is served. */
    public static void createTopic(String bootstrap, String topic, int partitions, Map<String, String> configs)
            throws Exception {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrap, "default.api.timeout.ms", 600_000, "request.timeout.ms", 120_000))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
                    .all()
                    .get();
            // A broker may know a topic before it serves all of its partitions, and Kafka's may not know at once
            // what its controller has created; this asks until it does.
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

    public static KafkaProducer<byte[], byte[]> producer(String bootstrap, Map<String, Object> more) {
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

    /** As many records as fast as one producer with its default settings (acks=all, idempotent) and {@code more} can. */
    public static Cost produce(
            BrokerProcess broker, String topic, long records, int sizeBytes, Map<String, Object> more)
            throws Exception {
        return produce(broker, topic, records, payloads(PAYLOADS, sizeBytes, sizeBytes), more);
    }

    /**
     * The same.
     *
     * @param payloads all of one size; taken in turn
     */
    public static Cost produce(
            BrokerProcess broker, String topic, long records, byte[][] payloads, Map<String, Object> more)
            throws Exception {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrap(), more)) {
            producer.partitionsFor(topic);
            Usage before = broker.usage();
            long start = System.nanoTime();
            for (long i = 0; i < records; i++) {
                var _ = producer.send(
                        new ProducerRecord<>(topic, payloads[(int) (i % payloads.length)]), (metadata, problem) -> {
                            if (problem != null) {
                                failure.compareAndSet(null, problem);
                            }
                        });
            }
            producer.flush();
            double seconds = seconds(start);
            Exception problem = failure.get();
            if (problem != null) {
                throw problem;
            }
            return new Cost(seconds, broker.usage().since(before), records, records * payloads[0].length);
        }
    }

    /** Everything in the topic's partitions, from the beginning, by one consumer with assigned partitions. */
    public static Cost consume(BrokerProcess broker, String topic, int partitions, long records, int sizeBytes) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrap(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> assigned = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(assigned);
            consumer.seekToBeginning(assigned);
            Usage before = broker.usage();
            long start = System.nanoTime();
            long seen = 0;
            while (seen < records) {
                seen += consumer.poll(Duration.ofSeconds(10)).count();
            }
            return new Cost(seconds(start), broker.usage().since(before), records, records * sizeBytes);
        }
    }

    /**
     * Time from send to acknowledgement at a fixed rate, open loop: a late record's time counts from when it should have been sent.
     */
    public static Latency latency(BrokerProcess broker, String topic, int perSecond, int forSeconds, int sizeBytes)
            throws Exception {
        byte[][] payloads = payloads(PAYLOADS, sizeBytes, sizeBytes);
        int records = perSecond * forSeconds;
        ConcurrentHistogram nanos = new ConcurrentHistogram(HIGHEST_NANOS, 3);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrap(), Map.of("linger.ms", 0))) {
            producer.partitionsFor(topic);
            Usage before = broker.usage();
            long start = System.nanoTime();
            for (int i = 0; i < records; i++) {
                long due = start + i * 1_000_000_000L / perSecond;
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                var _ = producer.send(new ProducerRecord<>(topic, payloads[i % PAYLOADS]), (metadata, problem) -> {
                    nanos.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - due));
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
            }
            producer.flush();
            Exception problem = failure.get();
            if (problem != null) {
                throw problem;
            }
            return new Latency(nanos, broker.usage().since(before), records, (long) records * sizeBytes);
        }
    }

    /** Milliseconds from the start of the process to the first acknowledged record, the topic's creation included. */
    public static double firstAcknowledgedMs(BrokerProcess broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrap(), Map.of("retry.backoff.ms", 5))) {
            producer.send(new ProducerRecord<>("first", new byte[] {1})).get();
            return (System.nanoTime() - broker.startedNanos()) / 1e6;
        }
    }

    /** Milliseconds from the start of the process to the first acknowledged record of a topic that is there already. */
    public static double acknowledgedMs(BrokerProcess broker, String topic) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                producer(broker.bootstrap(), Map.of("retry.backoff.ms", 5, "max.block.ms", 600_000))) {
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[] {1})).get();
            return (System.nanoTime() - broker.startedNanos()) / 1e6;
        }
    }

    /**
     * Values to send.
     *
     * @param randomBytes of each, from its beginning; what follows is zero, so that it compresses to little more than them
     */
    public static byte[][] payloads(int count, int sizeBytes, int randomBytes) {
        SplittableRandom random = new SplittableRandom(42);
        byte[][] payloads = new byte[count][sizeBytes];
        for (byte[] payload : payloads) {
            for (int i = 0; i < randomBytes; i++) {
                payload[i] = (byte) random.nextInt();
            }
        }
        return payloads;
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
