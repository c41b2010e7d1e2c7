package dev.ottla.conformance;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A consumer that polls on its own thread until it is closed. */
final class RunningConsumer implements Sharing, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<String, String> consumer;
    private final Set<String> values = new ConcurrentSkipListSet<>();
    private final CompletableFuture<Void> polling;
    private volatile Set<TopicPartition> assigned = Set.of();
    private volatile boolean ends;

    RunningConsumer(KafkaConsumer<String, String> consumer) {
        this.consumer = consumer;
        this.polling = CompletableFuture.runAsync(
                this::poll, task -> Thread.ofPlatform().start(task));
    }

    private void poll() {
        try (consumer) {
            while (!ends) {
                consumer.poll(POLL).forEach(record -> values.add(record.value()));
                assigned = Set.copyOf(consumer.assignment());
                consumer.commitAsync();
            }
            consumer.commitSync();
        }
    }

    /** Commits and leaves. */
    void leave() {
        ends = true;
        polling.join();
    }

    @Override
    public void close() {
        leave();
    }

    @Override
    public Set<TopicPartition> assigned() {
        return assigned;
    }

    @Override
    public Set<String> values() {
        return values;
    }

    /** Values v{from} to v{to - 1}, over the partitions in turn. */
    static void produce(Target broker, String topic, int partitions, int from, int to) throws Exception {
        try (var producer = JavaClient.producer(broker, Map.of())) {
            for (int i = from; i < to; i++) {
                var _ = producer.send(new ProducerRecord<>(topic, i % partitions, "k", "v" + i));
            }
            producer.flush();
        }
    }
}
