package dev.ottla.cli.records;

import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** A topic's partitions on their way to standard output. */
final class Reading {
    private static final Duration POLL = Duration.ofMillis(250);

    private final Consumer<byte[], byte[]> consumer;
    private final OutputFormat format;
    private final OutputStream out;
    private final Progress progress;
    private final long most;
    private final Map<TopicPartition, Long> stops;
    private final Set<TopicPartition> unfinished;
    private long records;

    /**
     * @param most how many records to read at most
     * @param stops where each partition ends for this reading; empty to follow for ever
     */
    Reading(Consumer<byte[], byte[]> consumer, OutputFormat format, Io io, long most, Map<TopicPartition, Long> stops) {
        this.consumer = consumer;
        this.format = format;
        this.out = io.data();
        this.progress = new Progress(io, !io.terminal().out());
        this.most = most;
        this.stops = stops;
        this.unfinished = new HashSet<>(stops.keySet());
    }

    /** Reads until the count, the end, or a wake-up. Answers how many records were written. */
    long all() throws IOException {
        try {
            dropFinished();
            while (records < most && (stops.isEmpty() || !unfinished.isEmpty())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (records < most && isWanted(record)) {
                        format.write(record, out);
                        records++;
                    }
                }
                out.flush();
                progress.at(records);
                dropFinished();
            }
        } catch (WakeupException asked) {
            out.flush();
        } finally {
            progress.end();
        }
        return records;
    }

    private boolean isWanted(ConsumerRecord<byte[], byte[]> record) {
        if (stops.isEmpty()) {
            return true;
        }
        Long stop = stops.get(new TopicPartition(record.topic(), record.partition()));
        return stop != null && record.offset() < stop;
    }

    /** Positions, not offsets of records: the last offsets may be markers or compacted away. */
    private void dropFinished() {
        for (TopicPartition partition : List.copyOf(unfinished)) {
            if (consumer.position(partition) >= stops.getOrDefault(partition, Long.MAX_VALUE)) {
                unfinished.remove(partition);
                consumer.pause(List.of(partition));
            }
        }
    }
}
