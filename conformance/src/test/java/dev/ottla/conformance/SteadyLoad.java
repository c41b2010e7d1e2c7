package dev.ottla.conformance;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes v0, v1 and so on to the partitions of a topic in turn until it is told to end. */
final class SteadyLoad implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private final Target broker;
    private final String topic;
    private final int partitions;
    private final CompletableFuture<Void> writing;
    private final Lock writes = new ReentrantLock(true);
    private volatile int acknowledged;
    private volatile boolean ends;

    SteadyLoad(Target broker, String topic, int partitions) {
        this.broker = broker;
        this.topic = topic;
        this.partitions = partitions;
        writing = CompletableFuture.runAsync(
                this::write, task -> Thread.ofPlatform().start(task));
    }

    private void write() {
        try (var producer = JavaClient.producer(broker, Map.of())) {
            for (int i = 0; !ends; i++) {
                write(producer, i);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(KafkaProducer<String, String> producer, int number) throws Exception {
        writes.lock();
        try {
            producer.send(new ProducerRecord<>(topic, number % partitions, "k", "v" + number))
                    .get();
            acknowledged = number + 1;
        } finally {
            writes.unlock();
        }
    }

    /** Does something while nothing is written. */
    void rest(Meanwhile meanwhile) throws Exception {
        writes.lock();
        try {
            meanwhile.run();
        } finally {
            writes.unlock();
        }
    }

    /** What is done while a load rests. */
    @FunctionalInterface
    interface Meanwhile {
        void run() throws Exception;
    }

    /** How many are acknowledged by now. */
    int acknowledged() {
        return acknowledged;
    }

    /** Ends, and says how many there are. */
    int end() {
        ends = true;
        writing.join();
        return acknowledged;
    }

    @Override
    public void close() {
        end();
    }
}
