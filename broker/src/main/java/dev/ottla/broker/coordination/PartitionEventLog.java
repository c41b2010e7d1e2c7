package dev.ottla.broker.coordination;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.EventLog;
import dev.ottla.coordinator.runtime.StoredEvent;
import dev.ottla.log.AppendResult;
import dev.ottla.log.LogSlice;
import dev.ottla.log.producer.Terms;
import dev.ottla.log.producer.TransactionMarker;
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

/** A coordinator's events in a partition that this broker leads. */
public final class PartitionEventLog implements EventLog, PartitionWatcher {
    private static final int READ_BYTES = 1024 * 1024;
    private static final int NO_SEQUENCE = -1;

    private final Partition partition;
    private final Codec codec;
    private volatile Runnable onProgress = () -> {};

    /** @param codec how each batch of events is compressed */
    public PartitionEventLog(Partition partition, Codec codec) {
        this.partition = partition;
        this.codec = codec;
    }

    @Override
    public ErrorCode refusal(BatchKind kind) {
        try {
            return switch (kind) {
                case BatchKind.Plain plain -> partition.checkAppend(true);
                case BatchKind.Pending pending ->
                    partition.checkPending(pending.producerId(), pending.producerEpoch(), pending.askedAtOffset());
                case BatchKind.End end ->
                    partition.checkMarker(
                            end.producerId(), end.producerEpoch(), end.coordinatorEpoch(), end.transactionVersion());
            };
        } catch (OttlaException failed) {
            return failed.code();
        }
    }

    @Override
    public long append(BatchKind kind, List<StoredEvent> events, long timestampMs) {
        ErrorCode refusal = partition.checkAppend(true);
        if (refusal != ErrorCode.NONE) {
            throw new OttlaException(refusal, partition + " takes no events");
        }
        AppendResult result = switch (kind) {
            case BatchKind.Plain plain -> append(new BatchBuilder(), Terms.NONE, events, timestampMs);
            case BatchKind.Pending pending ->
                append(
                        new BatchBuilder()
                                .producer(pending.producerId(), pending.producerEpoch(), NO_SEQUENCE)
                                .transactional(),
                        Terms.askedAt(pending.askedAtOffset()),
                        events,
                        timestampMs);
            case BatchKind.End end ->
                partition.appendMarker(
                        end.producerId(),
                        end.producerEpoch(),
                        end.commit(),
                        end.coordinatorEpoch(),
                        end.transactionVersion(),
                        timestampMs);
        };
        if (!result.succeeded()) {
            throw new OttlaException(result.error(), partition + " did not take events: " + result.message());
        }
        return result.lastOffset() + 1;
    }

    private AppendResult append(BatchBuilder batch, Terms terms, List<StoredEvent> events, long timestampMs) {
        batch.codec(codec);
        for (StoredEvent event : events) {
            batch.append(timestampMs, event.key(), event.value());
        }
        return partition.append(batch.build(), timestampMs, 0, timestampMs, terms);
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
    public void replay(Reader reader) throws IOException {
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
                if (BatchHeader.isControl(batches, at)) {
                    replayMarker(batches, at, reader);
                } else {
                    cursor.open(batches, at, compression);
                    replay(cursor, kindOf(batches, at), offset, reader);
                }
                offset = BatchHeader.lastOffset(batches, at) + 1;
                at += BatchHeader.sizeBytes(batches, at);
            }
        }
    }

    private static void replayMarker(ByteBuffer batches, int at, Reader reader) {
        TransactionMarker marker = TransactionMarker.parse(batches, at);
        if (marker != null) {
            reader.end(BatchHeader.producerId(batches, at), marker.commit());
        }
    }

    private static BatchKind kindOf(ByteBuffer batches, int at) {
        return BatchHeader.isTransactional(batches, at)
                ? new BatchKind.Pending(
                        BatchHeader.producerId(batches, at), BatchHeader.producerEpoch(batches, at), Long.MAX_VALUE)
                : BatchKind.PLAIN;
    }

    private static void replay(RecordCursor cursor, BatchKind kind, long from, Reader reader) {
        while (cursor.next()) {
            ByteBuffer key = cursor.key();
            if (key != null && cursor.offset() >= from) {
                reader.record(kind, key, cursor.value());
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
