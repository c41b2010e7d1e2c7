package dev.ottla.conformance;

import dev.ottla.base.RandomSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * One topic that is written and read all along: by an idempotent producer with acks=all, which may outlive the cut, one with acks=1, and a
 * consumer that follows.
 */
final class CutStream implements CutLoad {
    private static final int MOST_RECORDS = 12_000;
    private static final int RECORDS_A_BURST = 16;
    /** So many keys a sender and partition, when there are keys. */
    private static final int KEYS = 40;
    /** With keys, every so many records one deletes. */
    private static final int RECORDS_A_TOMBSTONE = 5;

    private static final long BURST_PAUSE_NANOS = 300_000;
    private static final List<String> CODECS = List.of("none", "lz4", "none", "zstd");

    private final Shape shape;
    private final CutHistory history;
    private final RandomSource random;
    private final List<Thread> threads = new ArrayList<>();
    private CutTopic topic;
    private KafkaProducer<String, String> idempotent;
    private boolean survives;
    private volatile boolean stop;

    /** What kind of topic, and what happens to it. */
    enum Shape {
        FEW(4, 300, ""),
        MANY(200, 300, ""),
        ROLLS(3, 12_000, "segment.bytes=1048576"),
        TIMED_ROLLS(3, 300, "segment.ms=40"),
        RECORDS_DELETED(3, 300, "segment.ms=100"),
        RETENTION(2, 4_000, "segment.bytes=1048576,retention.bytes=2097152"),
        COMPACTED(
                3, 300, "cleanup.policy=compact,segment.ms=40,min.cleanable.dirty.ratio=0.01,delete.retention.ms=100"),
        COMPACTED_LARGE(2, 6_000, "cleanup.policy=compact,segment.bytes=1048576,min.cleanable.dirty.ratio=0.01");

        private final int partitions;
        private final int valueBytes;
        private final String config;

        Shape(int partitions, int valueBytes, String config) {
            this.partitions = partitions;
            this.valueBytes = valueBytes;
            this.config = config;
        }

        Map<String, String> config() {
            return PowerCuts.settings(config);
        }

        boolean compacts() {
            return config.contains("cleanup.policy=compact");
        }

        /** Less than the setting says, which counts whole batches. */
        long keepsBytes() {
            String bytes = config().get("retention.bytes");
            return bytes == null ? Long.MAX_VALUE : Long.parseLong(bytes) / 2;
        }
    }

    CutStream(Shape shape, CutHistory history, RandomSource random) {
        this.shape = shape;
        this.history = history;
        this.random = random;
    }

    @Override
    public void start(Target broker, int round) throws Exception {
        stop = false;
        threads.clear();
        survives = Math.floorMod(random.nextLong(), 3) > 0;
        if (topic == null) {
            topic = create(broker);
        }
        String codec = shape.keepsBytes() == Long.MAX_VALUE
                ? CODECS.get(Math.floorMod(random.nextLong(), CODECS.size()))
                : "none";
        idempotent = JavaClient.producer(
                broker,
                Map.of(
                        "compression.type", codec,
                        "linger.ms", Math.floorMod(random.nextLong(), 3),
                        "max.block.ms", 500,
                        "reconnect.backoff.max.ms", 100,
                        "delivery.timeout.ms", 30_000,
                        "request.timeout.ms", 10_000));
        CountDownLatch answered = new CountDownLatch(1);
        KafkaProducer<String, String> leaderOnly = JavaClient.producer(
                broker,
                Map.of("acks", "1", "enable.idempotence", false, "retries", 0, "linger.ms", 0, "max.block.ms", 500));
        run("all", seed -> send(idempotent, new Sender("all", round), seed, answered));
        run("one", seed -> {
            try (leaderOnly) {
                send(leaderOnly, new Sender("one", round), seed, new CountDownLatch(1));
                leaderOnly.close(Duration.ZERO);
            }
        });
        KafkaConsumer<String, String> consumer =
                JavaClient.consumer(broker, Map.of("fetch.max.wait.ms", 50, "default.api.timeout.ms", 5_000));
        consumer.assign(JavaClient.partitions(topic.name(), topic.partitionCount()));
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        run("reader", _ -> follow(consumer));
        if (shape == Shape.RECORDS_DELETED) {
            run("deleter", seed -> deleteRecords(broker, RandomSource.seeded(seed)));
        }
        if (!answered.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("nothing was acknowledged in " + shape);
        }
    }

    private void run(String name, java.util.function.LongConsumer work) {
        long seed = random.nextLong();
        threads.add(Thread.ofPlatform().name(shape + "-" + name).start(() -> work.accept(seed)));
    }

    private CutTopic create(Target broker) throws Exception {
        CutTopic created = new CutTopic(
                "stream-" + shape.name().toLowerCase(java.util.Locale.ROOT),
                shape.partitions,
                shape.keepsBytes(),
                shape.compacts());
        history.add(created);
        try (Admin admin = JavaClient.admin(broker)) {
            var asked = admin.createTopics(
                    List.of(new NewTopic(created.name(), shape.partitions, (short) 1).configs(shape.config())));
            created.created(asked.topicId(created.name()).get());
        }
        return created;
    }

    /** A producer in one round. Its numbers are higher than those of the rounds before, and nobody else writes its keys. */
    private record Sender(String name, int round) {
        long number(int i) {
            return (long) round * MOST_RECORDS + i;
        }

        String key(RandomSource random) {
            return name + "-" + Math.floorMod(random.nextLong(), KEYS);
        }

        @Override
        public String toString() {
            return name + "-" + round;
        }
    }

    private void send(KafkaProducer<String, String> producer, Sender sender, long seed, CountDownLatch answered) {
        RandomSource own = RandomSource.seeded(seed);
        for (int i = 0; !stop && i < MOST_RECORDS; i++) {
            int partition = Math.floorMod(own.nextLong(), shape.partitions);
            int padding = Math.floorMod(own.nextLong(), shape.valueBytes);
            long number = sender.number(i);
            String value = CutValue.of(CutValue.head(topic, partition, sender.toString(), number, padding));
            String key = shape.compacts() ? sender.key(own) : null;
            if (key != null && Math.floorMod(own.nextLong(), RECORDS_A_TOMBSTONE) == 0) {
                topic.told(partition).tombstonesSent.put(key, number);
                value = null;
            }
            String text = CutValue.textOf(key, value);
            try {
                // The callback has the answer; the future would say the same.
                var _ = producer.send(new ProducerRecord<>(topic.name(), partition, key, value), (where, error) -> {
                    if (error == null) {
                        topic.told(where.partition()).ack(where.offset(), text);
                        answered.countDown();
                    }
                });
            } catch (KafkaException closed) {
                // After the cut, in the middle of a send.
                return;
            }
            if (i % RECORDS_A_BURST == 0) {
                LockSupport.parkNanos(BURST_PAUSE_NANOS);
            }
        }
    }

    private void follow(KafkaConsumer<String, String> consumer) {
        try (consumer) {
            for (int i = 1; !stop; i++) {
                consumer.poll(Duration.ofMillis(50))
                        .forEach(record -> topic.told(record.partition())
                                .read
                                .put(record.offset(), CutValue.textOf(record.key(), record.value())));
                if (topic.retains() && i % 8 == 0) {
                    consumer.beginningOffsets(consumer.assignment())
                            .forEach((partition, start) ->
                                    CutTopic.Told.raise(topic.told(partition.partition()).start, start));
                }
            }
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } catch (WakeupException | org.apache.kafka.common.errors.TimeoutException cut) {
            // The broker has gone; what was read before is written down.
            return;
        }
    }

    private void deleteRecords(Target broker, RandomSource own) {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "default.api.timeout.ms",
                3_000,
                "request.timeout.ms",
                2_000))) {
            while (!stop) {
                int partition = Math.floorMod(own.nextLong(), shape.partitions);
                CutTopic.Told told = topic.told(partition);
                long room = told.highestAcked.get() + 1 - told.start.get();
                if (room > 0) {
                    long before = told.start.get() + Math.floorMod(own.nextLong(), room) / 4 + 1;
                    CutTopic.Told.raise(told.startAsked, before);
                    var where = new TopicPartition(topic.name(), partition);
                    var done = admin.deleteRecords(Map.of(where, RecordsToDelete.beforeOffset(before)));
                    long low = done.lowWatermarks().get(where).get().lowWatermark();
                    CutTopic.Told.raise(told.start, low);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
            }
        } catch (ExecutionException | KafkaException cut) {
            // The last deletion stays in doubt.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void expectCut() {
        // Producers and the consumer keep trying by themselves.
    }

    @Override
    public void afterCut() throws InterruptedException {
        stop = true;
        if (!survives) {
            idempotent.close(Duration.ZERO);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void afterRestart() {
        if (survives) {
            idempotent.flush();
            idempotent.close();
        }
    }

    @Override
    public void close() {
        stop = true;
        if (idempotent != null) {
            idempotent.close(Duration.ZERO);
        }
    }

    @Override
    public String toString() {
        return shape.toString();
    }
}
