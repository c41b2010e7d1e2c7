package dev.ottla.conformance;

import dev.ottla.base.RandomSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads from one topic and writes to another, in transactions that take the group's offsets along; it dies in the middle of every so many, and comes back as
 * another with the same transactional id.
 */
final class ChainProcessor implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    /** One in so many transactions is left open. */
    private static final int DIES_ONE_IN = 12;

    /** A dead one is missed soon. */
    private static final Map<String, Object> CONSUMER = Map.of(
            "group.id", "chain",
            "isolation.level", "read_committed",
            "max.poll.records", "100",
            "heartbeat.interval.ms", "500",
            "session.timeout.ms", "6000");

    private final Target broker;
    private final String transactionalId;
    private final RandomSource random;
    private final AtomicInteger deaths = new AtomicInteger();
    private final CompletableFuture<Void> running;
    private volatile boolean ends;

    ChainProcessor(Target broker, String transactionalId, long seed) {
        this.broker = broker;
        this.transactionalId = transactionalId;
        this.random = RandomSource.seeded(seed);
        this.running = CompletableFuture.runAsync(
                this::live, task -> Thread.ofPlatform().start(task));
    }

    int deaths() {
        return deaths.get();
    }

    private void live() {
        while (!ends) {
            KafkaProducer<String, String> producer = JavaClient.producer(
                    broker, Map.of("transactional.id", transactionalId, "transaction.timeout.ms", "10000"));
            KafkaConsumer<String, String> consumer = JavaClient.consumer(broker, CONSUMER);
            try {
                producer.initTransactions();
                consumer.subscribe(List.of("in"));
                work(producer, consumer);
            } catch (KafkaException brokerIsAwayOrAnotherHasCome) {
                // It begins anew, as what comes after it in real life would.
                deaths.incrementAndGet();
            } finally {
                producer.close(Duration.ZERO);
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        }
    }

    /** Until the end, or its death in the middle of a transaction. */
    private void work(KafkaProducer<String, String> producer, KafkaConsumer<String, String> consumer) {
        while (!ends) {
            ConsumerRecords<String, String> read = consumer.poll(POLL);
            if (read.isEmpty()) {
                continue;
            }
            producer.beginTransaction();
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (ConsumerRecord<String, String> record : read) {
                var _ = producer.send(new ProducerRecord<>("out", record.value(), record.value()));
                offsets.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
            }
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            if (Long.remainderUnsigned(random.nextLong(), DIES_ONE_IN) == 0) {
                producer.flush();
                deaths.incrementAndGet();
                return;
            }
            producer.commitTransaction();
        }
    }

    @Override
    public void close() {
        ends = true;
        running.join();
    }
}
