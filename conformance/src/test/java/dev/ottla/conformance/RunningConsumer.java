package dev.ottla.conformance;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A consumer that polls on its own thread until it is closed. */
final class RunningConsumer implements AutoCloseable {
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

    Set<TopicPartition> assigned() {
        return assigned;
    }

    Set<String> values() {
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

    /** Every partition is with one of them, and each has some. */
    static void awaitShares(List<RunningConsumer> members, int partitions) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            Set<TopicPartition> all = new HashSet<>();
            int sum = 0;
            for (RunningConsumer member : members) {
                all.addAll(member.assigned);
                sum += member.assigned.size();
                if (member.assigned.isEmpty()) {
                    return false;
                }
            }
            return all.size() == partitions && sum == partitions;
        });
    }

    /** Together they have read as many different values. */
    static void awaitValues(List<RunningConsumer> members, int count) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            Set<String> all = new TreeSet<>();
            members.forEach(member -> all.addAll(member.values));
            return all.size() == count;
        });
    }
}
