package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Kafka's producer at work on some partitions of a broker whose disk is in trouble; remembers what was acknowledged and how the rest ended. */
final class FaultLoad implements AutoCloseable {
    private static final int VALUE_BYTES = 16_000;
    private static final int MOST_WAITING = 64;
    private static final int DELIVERY_MS = 3_000;
    /** Later than this after its send, an answer counts as never given. */
    private static final int HANG_MS = DELIVERY_MS + 6_000;

    private static final String PADDING = "x".repeat(VALUE_BYTES);

    private final AckedHistory acked;
    private final String name;
    private final List<TopicPartition> partitions;
    private final KafkaProducer<String, String> producer;
    private final Semaphore room = new Semaphore(MOST_WAITING);
    private final Set<TopicPartition> paused = ConcurrentHashMap.newKeySet();
    private final Map<TopicPartition, AtomicLong> answers = new ConcurrentHashMap<>();
    private final Map<TopicPartition, AtomicLong> refusals = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> surprises = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * Starts.
     *
     * @param name goes into every value: unique among the loads of a test
     */
    FaultLoad(Target broker, String name, List<TopicPartition> partitions, AckedHistory acked) {
        this.name = name;
        this.partitions = partitions;
        this.acked = acked;
        // One request at a time: when a batch is given up, Kafka's producer sends those that are under way again under
        // new numbers, and what
        // is there twice would not be the broker's doing.
        this.producer = JavaClient.producer(
                broker,
                Map.of(
                        "acks",
                        "all",
                        "max.in.flight.requests.per.connection",
                        1,
                        "delivery.timeout.ms",
                        DELIVERY_MS,
                        "request.timeout.ms",
                        DELIVERY_MS - 1_000,
                        "max.block.ms",
                        2_000));
        this.thread = Thread.ofPlatform().name("load " + name).start(this::run);
    }

    private void run() {
        for (long i = 0; !stopping; i++) {
            TopicPartition partition = partitions.get((int) (i % partitions.size()));
            if (!paused.contains(partition)) {
                send(partition, name + "/" + i);
            }
        }
    }

    private void send(TopicPartition partition, String head) {
        room.acquireUninterruptibly();
        long begin = System.nanoTime();
        ProducerRecord<String, String> record =
                new ProducerRecord<>(partition.topic(), partition.partition(), null, head + "|" + PADDING);
        // The callback has the answer; the future would say the same.
        var _ = producer.send(record, (where, error) -> {
            long tookMs = (System.nanoTime() - begin) / 1_000_000;
            if (tookMs > HANG_MS) {
                surprises.add(head + " was answered after " + tookMs + " ms: " + error);
            }
            if (error == null) {
                acked.add(partition, where.offset(), head);
                count(answers, partition);
            } else {
                refused(partition, error);
            }
            room.release();
        });
    }

    private void refused(TopicPartition partition, Exception error) {
        count(refusals, partition);
        boolean expected = error instanceof KafkaStorageException
                || error instanceof TimeoutException
                || (paused.contains(partition) && isGone(error));
        if (!expected && !stopping) {
            surprises.add(partition + ": " + error);
        }
    }

    private static boolean isGone(Exception error) {
        return error instanceof UnknownTopicOrPartitionException || error instanceof UnknownTopicIdException;
    }

    private static void count(Map<TopicPartition, AtomicLong> counts, TopicPartition partition) {
        counts.computeIfAbsent(partition, _ -> new AtomicLong()).incrementAndGet();
    }

    long acknowledged(TopicPartition partition) {
        return answers.getOrDefault(partition, new AtomicLong()).get();
    }

    /** With Kafka's storage error or a time-out; anything else fails the test. */
    long refused(TopicPartition partition) {
        return refusals.getOrDefault(partition, new AtomicLong()).get();
    }

    /** Sends no more to a topic, which is about to go. */
    void pause(String topic) {
        partitions.stream().filter(p -> p.topic().equals(topic)).forEach(paused::add);
    }

    /** Nothing was answered otherwise than it may be, and nothing too late. */
    void check() {
        assertThat(surprises).as("answers to producer " + name).isEmpty();
    }

    /** The last answers are in when this returns. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.join(Duration.ofMillis(2 * HANG_MS));
        assertThat(thread.isAlive()).as("producer " + name + " hangs").isFalse();
        producer.close(Duration.ofMillis(HANG_MS));
    }

    @Override
    public void close() {
        stopping = true;
        room.release(MOST_WAITING);
        producer.close(Duration.ZERO);
    }
}
