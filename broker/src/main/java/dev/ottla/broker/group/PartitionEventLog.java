package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.EventLog;
import dev.ottla.coordinator.runtime.StoredEvent;
import dev.ottla.log.AppendResult;
import dev.ottla.log.LogSlice;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.Codec;
import dev.ottla.record.Compression;
import dev.ottla.record.RecordCursor;
import dev.ottla.replication.Partition;
import dev.ottla.replication.PartitionWatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A coordinator's events in a partition that this broker leads. */
final class PartitionEventLog implements EventLog, PartitionWatcher {
    private static final int READ_BYTES = 1024 * 1024;

    private final Partition partition;
    private final Codec codec;
    private volatile Runnable onProgress = () -> {};

    /** @param codec how each batch of events is compressed */
    PartitionEventLog(Partition partition, Codec codec) {
        this.partition = partition;
        this.codec = codec;
    }

    @Override
    public long append(List<StoredEvent> events, long timestampMs) {
        ErrorCode refusal = partition.checkAppend(true);
        if (refusal != ErrorCode.NONE) {
            throw new OttlaException(refusal, partition + " takes no events");
        }
        BatchBuilder batch = new BatchBuilder().codec(codec);
        for (StoredEvent event : events) {
            batch.append(timestampMs, event.key(), event.value());
        }
        AppendResult result = partition.append(batch.build(), timestampMs, 0, timestampMs);
        if (!result.succeeded()) {
            throw new OttlaException(result.error(), partition + " did not take events: " + result.message());
        }
        return result.lastOffset() + 1;
    }

    @Override
    public long committedOffset() {
        try {
            return partition.highWatermark();
        } catch (OttlaException failed) {
            // Nothing gets committed any more; who waits gives up in time.
            return -1;
        }
    }

    @Override
    public long endOffset() {
        return partition.endOffset();
    }

    @Override
    public void watch(Runnable watcher) {
        onProgress = watcher;
        partition.watch(this);
    }

    @Override
    public void unwatch() {
        partition.unwatch(this);
    }

    @Override
    public void onProgress(Partition moved, int sizeBytes) {
        onProgress.run();
    }

    @Override
    public void onChange(Partition changed) {
        onProgress.run();
    }

    @Override
    public void replay(BiConsumer<ByteBuffer, @Nullable ByteBuffer> reader) throws IOException {
        long offset = partition.startOffset();
        long end = partition.endOffset();
        RecordCursor cursor = new RecordCursor();
        Compression compression = new Compression();
        while (offset < end) {
            ByteBuffer batches = read(offset, end);
            if (!batches.hasRemaining()) {
                throw new IOException(partition + " ends at " + offset + ", not at " + end);
            }
            int at = 0;
            while (at < batches.limit()) {
                if (!BatchHeader.isControl(batches, at)) {
                    cursor.open(batches, at, compression);
                    replay(cursor, offset, reader);
                }
                offset = BatchHeader.lastOffset(batches, at) + 1;
                at += BatchHeader.sizeBytes(batches, at);
            }
        }
    }

    private static void replay(RecordCursor cursor, long from, BiConsumer<ByteBuffer, @Nullable ByteBuffer> reader) {
        while (cursor.next()) {
            ByteBuffer key = cursor.key();
            if (key != null && cursor.offset() >= from) {
                reader.accept(key, cursor.value());
            }
        }
    }

    private ByteBuffer read(long offset, long end) throws IOException {
        try (LogSlice slice = partition.log().read(offset, READ_BYTES, end, true)) {
            ByteBuffer copy = ByteBuffer.allocate(slice.sizeBytes());
            slice.copyTo(0, copy);
            return copy.flip();
        }
    }
}
