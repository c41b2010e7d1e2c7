package dev.ottla.cli.records;

import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;

/** What a group's member gets, on its way to standard output. Committed is what was written out, so that nothing is lost when it is stopped. */
final class GroupReading {
    private static final Duration POLL = Duration.ofMillis(250);

    private final Consumer<byte[], byte[]> consumer;
    private final OutputFormat format;
    private final OutputStream out;
    private final Progress progress;
    private final long most;
    private final Map<TopicPartition, OffsetAndMetadata> written = new HashMap<>();
    private long records;

    /** @param most how many records to read at most */
    GroupReading(Consumer<byte[], byte[]> consumer, OutputFormat format, Io io, long most) {
        this.consumer = consumer;
        this.format = format;
        this.out = io.data();
        this.progress = new Progress(io, !io.terminal().out());
        this.most = most;
    }

    /** Reads until the count or a wake-up. Answers how many records were written. */
    long all() throws IOException {
        try {
            while (records < most) {
                write();
                commit();
            }
        } catch (WakeupException asked) {
            out.flush();
            commit();
        } finally {
            progress.end();
        }
        return records;
    }

    private void write() throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            if (records < most) {
                format.write(record, out);
                records++;
                written.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
            }
        }
        out.flush();
        progress.at(records);
    }

    private void commit() {
        // What another member has now is that one's to commit.
        written.keySet().retainAll(consumer.assignment());
        if (written.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(Map.copyOf(written));
            written.clear();
        } catch (RebalanceInProgressException later) {
            // Committed after the next poll, if it is still ours then.
            progress.at(records);
        }
    }
}
