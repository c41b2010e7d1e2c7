package dev.ottla.log;

import dev.ottla.base.Clock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogStartOffsetIncrementReason;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** A log of Apache Kafka's own, beside ours: given the same batches, rolls and deletions, at the same time. */
final class KafkaLog implements Closeable {
    private static final int HOUR_MS = 3_600_000;

    private final KafkaScheduler scheduler = new KafkaScheduler(1);
    private final BrokerTopicStats stats = new BrokerTopicStats();
    final UnifiedLog log;

    /** The test's clock, for Apache Kafka. */
    private record ClockTime(Clock clock) implements Time {
        @Override
        public long milliseconds() {
            return clock.wallMs();
        }

        @Override
        public long nanoseconds() {
            return clock.monotonicNanos();
        }

        @Override
        public void sleep(long ms) {
            throw new IllegalStateException("Nothing here waits");
        }

        @Override
        public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) {
            throw new IllegalStateException("Nothing here waits");
        }

        @Override
        public Timer timer(long timeoutMs) {
            return Time.SYSTEM.timer(timeoutMs);
        }
    }

    KafkaLog(Path home, Clock clock, Map<String, ?> settings) throws IOException {
        Path folder = Files.createDirectories(home.resolve("orders-3"));
        scheduler.startup();
        log = UnifiedLog.create(
                folder.toFile(),
                new LogConfig(settings),
                0,
                0,
                scheduler,
                stats,
                new ClockTime(clock),
                HOUR_MS,
                new ProducerStateManagerConfig(24 * HOUR_MS, false),
                HOUR_MS,
                new LogDirFailureChannel(1),
                true,
                Optional.empty());
    }

    /** @param batch with its offset and epoch in it */
    void append(ByteBuffer batch) {
        log.appendAsFollower(MemoryRecords.readableRecords(batch.duplicate()), 0);
    }

    void roll() throws IOException {
        if (log.activeSegment().size() > 0) {
            var _ = log.roll();
        }
    }

    void deleteRecords(long before) {
        boolean _ = log.maybeIncrementLogStartOffset(before, LogStartOffsetIncrementReason.ClientRecordDeletion);
    }

    List<AbortedTransaction> aborted(long from, long to) {
        return log.collectAbortedTransactions(from, to).stream()
                .map(it -> new AbortedTransaction(
                        it.producerId(), it.firstOffset(), it.lastOffset(), it.lastStableOffset()))
                .toList();
    }

    @Override
    public void close() throws IOException {
        log.close();
        stats.close();
        try {
            scheduler.shutdown();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
