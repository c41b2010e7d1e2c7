package dev.ottla.conformance;

import dev.ottla.conformance.TransactionHistory.Seen;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads what is committed while it happens, and watches that the last stable offset never goes back. */
final class HistoryReader {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Target broker;
    private final List<TopicPartition> partitions;
    private final Map<Integer, List<Seen>> seen;
    private final CompletableFuture<Void> running;
    private volatile boolean ends;

    HistoryReader(Target broker, List<TopicPartition> partitions) {
        this.broker = broker;
        this.partitions = partitions;
        seen = TransactionHistory.noneSeen(
                partitions.stream().map(TopicPartition::partition).toList());
        running = CompletableFuture.runAsync(
                this::read, task -> Thread.ofPlatform().start(task));
    }

    /** What it saw; fails when an offset went back. */
    Map<Integer, List<Seen>> stop() {
        ends = true;
        running.join();
        return seen;
    }

    private void read() {
        // Nothing is ever removed: an offset that is not there is a loss, and no reason to begin elsewhere.
        try (var consumer =
                JavaClient.consumer(broker, Map.of("isolation.level", "read_committed", "auto.offset.reset", "none"))) {
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, 0));
            Map<TopicPartition, Long> stable = new HashMap<>();
            while (!ends) {
                consumer.poll(POLL)
                        .forEach(record -> seen.get(record.partition()).add(new Seen(record.offset(), record.value())));
                watch(consumer, stable);
            }
        }
    }

    private void watch(KafkaConsumer<String, String> consumer, Map<TopicPartition, Long> before) {
        Map<TopicPartition, Long> now;
        try {
            now = consumer.endOffsets(partitions, PATIENCE);
        } catch (KafkaException brokerIsAway) {
            return;
        }
        now.forEach((partition, offset) -> {
            Long last = before.put(partition, offset);
            if (last != null && last > offset) {
                throw new AssertionError(
                        "The last stable offset of " + partition + " went from " + last + " to " + offset);
            }
        });
    }

    /** All that is there, from the beginning, as a reader of a level sees it. */
    static Map<Integer, List<Seen>> readAll(Target broker, String level, List<TopicPartition> partitions) {
        Map<Integer, List<Seen>> all = TransactionHistory.noneSeen(
                partitions.stream().map(TopicPartition::partition).toList());
        try (var consumer = JavaClient.consumer(broker, Map.of("isolation.level", level))) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL)
                        .forEach(record -> all.get(record.partition()).add(new Seen(record.offset(), record.value())));
            }
        }
        return all;
    }
}
