package dev.ottla.benchmarks.works;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What a compaction does to those who produce and consume meanwhile: records at a fixed rate to another topic, and how late each is acknowledged and
 * received, before and while a large topic is compacted.
 */
public final class Compacting {
    private static final int RECORDS = Integer.getInteger("ottla.benchmark.records", 2_000_000);
    private static final int KEYS = 200_000;
    private static final int VALUE_BYTES = 1000;
    private static final int PER_SECOND = 2000;
    private static final int QUIET_SECONDS = 15;
    private static final long MOST_SECONDS = 180;
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final String PACED = "paced";
    private static final String KEYED = "keyed";

    private final Round round;

    private Compacting(Round round) {
        this.round = round;
    }

    /** The work of this name. */
    public static Work work() {
        return Work.of(
                "compacting",
                "what a compaction does to those who produce and consume meanwhile",
                round -> new Compacting(round).run());
    }

    private void run() throws Exception {
        try (BrokerProcess broker = round.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            Workloads.createTopic(broker.bootstrap(), PACED, 1);
            createKeyed(admin);
            fill(broker);
            measure(broker, QUIET_SECONDS, new CompletableFuture<>());
            add("quiet", measure(broker, QUIET_SECONDS, new CompletableFuture<>()));
            double cpu = broker.cpuSeconds();
            long sizeBytes = sizeBytes(admin);
            set(admin, "min.cleanable.dirty.ratio", "0.001");
            long begun = System.nanoTime();
            CompletableFuture<Void> compacted = CompletableFuture.runAsync(() -> awaitCompacted(admin, sizeBytes));
            add("while compacting", measure(broker, MOST_SECONDS, compacted));
            compacted.get();
            round.add("compacting, seconds with the last 5 quiet", (System.nanoTime() - begun) / 1e9);
            round.add("compacting, broker CPU s", broker.cpuSeconds() - cpu);
            round.add("compacting, MB before", sizeBytes / 1e6);
            round.add("compacting, MB after", sizeBytes(admin) / 1e6);
        }
    }

    private void add(String when, Late late) {
        add("acknowledgement at " + PER_SECOND + "/s " + when, late.acknowledged());
        add("received at " + PER_SECOND + "/s " + when, late.received());
    }

    private void add(String what, Histogram nanos) {
        round.add(what + ", p50 us", nanos.getValueAtPercentile(50) / 1e3);
        round.add(what + ", p99 us", nanos.getValueAtPercentile(99) / 1e3);
    }

    private static void createKeyed(Admin admin) throws Exception {
        // Nothing is due before the ratio is changed.
        NewTopic topic = new NewTopic(KEYED, 1, (short) 1)
                .configs(Map.of(
                        "cleanup.policy", "compact", "min.cleanable.dirty.ratio", "1", "segment.bytes", "67108864"));
        admin.createTopics(List.of(topic)).all().get();
    }

    private static void set(Admin admin, String name, String value) throws Exception {
        Map<ConfigResource, Collection<AlterConfigOp>> change = Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, KEYED),
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
        admin.incrementalAlterConfigs(change).all().get();
    }

    private static void fill(BrokerProcess broker) {
        byte[] value = new byte[VALUE_BYTES];
        new java.util.SplittableRandom(42).nextBytes(value);
        try (KafkaProducer<byte[], byte[]> producer =
                Workloads.producer(broker.bootstrap(), Map.of("batch.size", 65536))) {
            for (int i = 0; i < RECORDS; i++) {
                var _ = producer.send(new ProducerRecord<>(KEYED, key(i % KEYS), value));
            }
            producer.flush();
        }
    }

    private static byte[] key(int number) {
        return Integer.toString(number).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static long sizeBytes(Admin admin) {
        try {
            return admin
                    .describeLogDirs(List.of(admin.describeCluster()
                            .nodes()
                            .get()
                            .iterator()
                            .next()
                            .id()))
                    .allDescriptions()
                    .get()
                    .values()
                    .stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(KEYED))
                    .map(Map.Entry::getValue)
                    .mapToLong(ReplicaInfo::size)
                    .sum();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns when the topic is less than half of what it was and has not become smaller for five seconds. */
    private static void awaitCompacted(Admin admin, long beforeBytes) {
        long last = beforeBytes;
        int unchanged = 0;
        while (last > beforeBytes / 2 || unchanged < 10) {
            LockSupport.parkNanos(500_000_000);
            long now = sizeBytes(admin);
            unchanged = now == last ? unchanged + 1 : 0;
            last = now;
        }
    }

    /** How late records were, in nanoseconds. */
    private record Late(Histogram acknowledged, Histogram received) {
        static Late none() {
            return new Late(new Histogram(HIGHEST_NANOS, 3), new Histogram(HIGHEST_NANOS, 3));
        }
    }

    /** Open loop: how late a record is counts from when it was due. */
    private static Late measure(BrokerProcess broker, long mostSeconds, CompletableFuture<Void> until) {
        Late late = Late.none();
        AtomicLongArray dueNanos = new AtomicLongArray(Math.toIntExact(mostSeconds * PER_SECOND));
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        int sent = 0;
        try (KafkaProducer<byte[], byte[]> producer = Workloads.producer(broker.bootstrap(), Map.of("linger.ms", 0));
                Tail tail = new Tail(broker, dueNanos, late.received())) {
            producer.partitionsFor(PACED);
            tail.start();
            long start = System.nanoTime();
            while (sent < dueNanos.length() && !until.isDone()) {
                long due = start + sent * 1_000_000_000L / PER_SECOND;
                dueNanos.set(sent, due);
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                var _ = producer.send(
                        new ProducerRecord<>(PACED, key(sent), new byte[VALUE_BYTES]), (where, problem) -> {
                            late.acknowledged().recordValue(System.nanoTime() - due);
                            failure.compareAndSet(null, problem);
                        });
                sent++;
            }
            producer.flush();
            tail.awaitAll(sent);
        }
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        return late;
    }

    /** A consumer at the end of the paced topic. */
    private static final class Tail implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final AtomicLongArray dueNanos;
        private final Histogram received;
        private final Thread thread;
        private final AtomicInteger seen = new AtomicInteger();
        private volatile boolean stopped;

        Tail(BrokerProcess broker, AtomicLongArray dueNanos, Histogram received) {
            this.dueNanos = dueNanos;
            this.received = received;
            this.consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", broker.bootstrap()),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            TopicPartition partition = new TopicPartition(PACED, 0);
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            consumer.position(partition);
            this.thread = Thread.ofPlatform().name("tail").unstarted(this::run);
        }

        void start() {
            thread.start();
        }

        private void run() {
            while (!stopped) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    int index = Integer.parseInt(new String(record.key(), java.nio.charset.StandardCharsets.US_ASCII));
                    received.recordValue(System.nanoTime() - dueNanos.get(index));
                    seen.incrementAndGet();
                }
            }
        }

        void awaitAll(int count) {
            while (seen.get() < count && thread.isAlive()) {
                LockSupport.parkNanos(10_000_000);
            }
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join();
                consumer.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
