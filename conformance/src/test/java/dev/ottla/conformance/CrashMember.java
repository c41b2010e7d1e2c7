package dev.ottla.conformance;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;

/** Reads on a thread of its own, commits what it has read, and checks that what it is given begins where the group had committed. */
final class CrashMember {
    private static final Duration POLL = Duration.ofMillis(50);

    private final CrashGroup group;
    private final Supplier<KafkaConsumer<String, String>> consumers;
    private final String topic;
    private final CompletableFuture<Void> polling;
    /** Where each partition goes on; of one that was just given, the least offset that is right. */
    private final Map<TopicPartition, Long> next = new HashMap<>();

    private final Set<TopicPartition> fresh = new HashSet<>();
    private volatile Set<TopicPartition> assigned = Set.of();
    private volatile boolean ends;
    private volatile boolean crashes;

    CrashMember(CrashGroup group, Supplier<KafkaConsumer<String, String>> consumers, String topic) {
        this.group = group;
        this.consumers = consumers;
        this.topic = topic;
        this.polling = CompletableFuture.runAsync(
                this::run, task -> Thread.ofPlatform().start(task));
    }

    Set<TopicPartition> assigned() {
        return assigned;
    }

    /** @param crash it goes without a word, and stays a member until its session ends */
    void end(boolean crash) {
        crashes = crash;
        ends = true;
        polling.join();
    }

    private void run() {
        while (!ends) {
            KafkaConsumer<String, String> consumer = consumers.get();
            try {
                consumer.subscribe(List.of(topic), new Shares());
                live(consumer);
            } catch (UnreleasedInstanceIdException predecessorLives) {
                // It crashed and could not say so: this one is started again, as any process is, until that one's
                // session ends.
            } catch (FencedInstanceIdException replaced) {
                return;
            } catch (RuntimeException unexpected) {
                group.wrong(unexpected.toString());
                return;
            } finally {
                close(consumer);
            }
        }
    }

    private void live(KafkaConsumer<String, String> consumer) {
        while (!ends) {
            ConsumerRecords<String, String> records = consumer.poll(POLL);
            assigned = Set.copyOf(consumer.assignment());
            records.forEach(this::read);
            if (!records.isEmpty() && !(ends && crashes)) {
                commit(consumer, records);
            }
        }
    }

    private void close(KafkaConsumer<String, String> consumer) {
        assigned = Set.of();
        fresh.clear();
        consumer.close(
                crashes
                        ? CloseOptions.timeout(Duration.ZERO)
                                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP)
                        : CloseOptions.timeout(CrashGroup.COMMIT_PATIENCE));
    }

    private void read(ConsumerRecord<String, String> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        long expected = next.getOrDefault(partition, 0L);
        boolean right = fresh.remove(partition) ? record.offset() >= expected : record.offset() == expected;
        if (!right) {
            group.wrong(partition + " goes on at " + record.offset() + ", not at " + expected);
        }
        next.put(partition, record.offset() + 1);
        group.read(Integer.parseInt(record.value()));
    }

    private void commit(KafkaConsumer<String, String> consumer, ConsumerRecords<String, String> records) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        records.partitions()
                .forEach(partition -> offsets.put(partition, new OffsetAndMetadata(next.getOrDefault(partition, 0L))));
        try {
            consumer.commitSync(offsets, CrashGroup.COMMIT_PATIENCE);
            group.acknowledge(offsets);
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException notAcknowledged) {
            // Somebody else has the partitions by now, or the broker was away: they are read again.
        }
    }

    private final class Shares implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> given) {
            // Before the member asks where to begin: what is acknowledged until now, it must see.
            given.forEach(partition -> {
                next.put(partition, group.acknowledged(partition));
                fresh.add(partition);
            });
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> taken) {
            taken.forEach(fresh::remove);
        }
    }
}
