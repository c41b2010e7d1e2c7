package dev.ottla.conformance;

import dev.ottla.base.RandomSource;
import dev.ottla.conformance.TransactionHistory.Outcome;
import dev.ottla.conformance.TransactionHistory.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes transactions of one transactional id until it is stopped: most are committed, some aborted, some left when it dies, some committed only after their time is over or after
 * another producer of the same id has come.
 */
final class HistoryProducer {
    static final String TOPIC = "values";
    static final String INPUT = "input";
    private static final int MOST_VALUES = 6;
    private static final int TIMEOUT_MS = 2500;

    private final Map<String, Object> config;
    private final int id;
    private final int partitions;
    private final ConsumerGroupMetadata group;
    private final RandomSource random;
    private final List<Transaction> transactions = new ArrayList<>();
    private final CompletableFuture<Void> running;
    private volatile boolean ends;

    HistoryProducer(String bootstrap, int id, int partitions, long seed) {
        this.id = id;
        this.partitions = partitions;
        random = RandomSource.seeded(seed);
        config = Map.of(
                "bootstrap.servers", bootstrap,
                "transactional.id", "history-" + id,
                "transaction.timeout.ms", Integer.toString(TIMEOUT_MS),
                "request.timeout.ms", "1500",
                "delivery.timeout.ms", "4000",
                "max.block.ms", "6000",
                "retry.backoff.ms", "20",
                "reconnect.backoff.max.ms", "100");
        group = ofNoMember(bootstrap, group(id));
        running = CompletableFuture.runAsync(
                this::live, task -> Thread.ofPlatform().start(task));
    }

    /** Ends after the transaction that is under way; all that there were. */
    List<Transaction> stop() {
        ends = true;
        running.join();
        return transactions;
    }

    static String group(int producer) {
        return "history-" + producer;
    }

    /** Of a group that nobody joins: its offsets are its producer's alone. */
    private static ConsumerGroupMetadata ofNoMember(String bootstrap, String group) {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "group.id", group),
                new StringDeserializer(),
                new StringDeserializer())) {
            return consumer.groupMetadata();
        }
    }

    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private void live() {
        while (!ends) {
            KafkaProducer<String, String> producer = producer();
            try {
                producer.initTransactions();
                while (!ends && transaction(producer)) {
                    // One after the other, until it dies or is told that it is of no use.
                }
            } catch (KafkaException brokerIsAway) {
                // Another comes after it.
            } finally {
                producer.close(Duration.ZERO);
            }
        }
    }

    /** Whether the producer lives on. */
    private boolean transaction(KafkaProducer<String, String> producer) {
        List<Integer> where = new ArrayList<>();
        long number = transactions.size();
        boolean withOffset = below(3) == 0;
        Outcome outcome = Outcome.ABORTED;
        boolean livesOn = false;
        try {
            producer.beginTransaction();
            int values = 1 + below(MOST_VALUES);
            for (int i = 0; i < values; i++) {
                where.add(below(partitions));
                var _ = producer.send(new ProducerRecord<>(TOPIC, where.get(i), null, id + "-" + number + "-" + i));
            }
            if (withOffset) {
                producer.sendOffsetsToTransaction(
                        Map.of(new TopicPartition(INPUT, id), new OffsetAndMetadata(number + 1)), group);
            }
            int fate = below(100);
            if (fate < 12) {
                producer.abortTransaction();
                livesOn = true;
            } else if (fate < 17) {
                producer.flush();
            } else {
                if (fate < 19) {
                    pause(TIMEOUT_MS + below(1500));
                } else if (fate < 22) {
                    anotherComes();
                }
                outcome = Outcome.UNKNOWN;
                producer.commitTransaction();
                outcome = Outcome.COMMITTED;
                livesOn = true;
            }
        } catch (KafkaException fencedOrBrokerIsAway) {
            // What the outcome says now is what is known.
        }
        if (!where.isEmpty()) {
            transactions.add(new Transaction(id, number, where, withOffset, outcome));
        }
        return livesOn;
    }

    private void anotherComes() {
        KafkaProducer<String, String> another = producer();
        try {
            another.initTransactions();
        } finally {
            another.close(Duration.ZERO);
        }
    }

    private static void pause(int ms) {
        try {
            new CountDownLatch(1).await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int below(int bound) {
        return Math.floorMod(random.nextLong(), bound);
    }
}
