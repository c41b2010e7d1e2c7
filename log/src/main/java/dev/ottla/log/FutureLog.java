package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.producer.CompletedTransaction;
import dev.ottla.log.producer.ProducerEntry;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a partition's log that grows in another data folder until it takes the log's place (KIP-113):
 *
 * <pre>
 * growing --finish--> complete --LogFolder.adopt--> the log
 *    |                   |
 *    +------drop---------+----> gone
 * </pre>
 *
 * One thread copies; others may ask for its end and size.
 */
public final class FutureLog {
    /** So much is read at once; a larger batch comes alone. */
    static final int CHUNK_BYTES = 1 << 20;

    /** So much is copied between two forces, so that the last one, for which appends wait, has little to do. */
    private static final long FORCE_EVERY_BYTES = 64L << 20;

    private final LogState state;
    private final PartitionLog log;
    private final AtomicReference<@Nullable CleaningGate> pausedCleaning;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long unforcedBytes;

    /** @param pausedCleaning the source's, stopped: a tombstone that is cleaned away before it is copied would bring back what it deleted */
    FutureLog(LogState state, CleaningGate pausedCleaning) {
        this.state = state;
        this.pausedCleaning = new AtomicReference<>(pausedCleaning);
        this.log = new PartitionLog(state);
    }

    public TopicPartition topicPartition() {
        return state.partition;
    }

    public long endOffset() {
        return state.logEnd;
    }

    /** Bytes of the .log files so far. */
    public long sizeBytes() {
        return log.sizeBytes();
    }

    /**
     * Copies the next batches. Blocks.
     *
     * @return false when there was nothing left to copy
     * @throws OttlaException KAFKA_STORAGE_ERROR when one of the folders failed or the log is gone; CORRUPT_MESSAGE when it is damaged
     */
    public boolean copyFrom(PartitionLog source) {
        long end = source.endOffset();
        // What retention or deleteRecords took away meanwhile is left out: a hole below the log start.
        long from = Math.max(state.logEnd, source.startOffset());
        if (from >= end) {
            return false;
        }
        try (LogSlice slice = source.read(from, CHUNK_BYTES, end, true)) {
            if (slice.sizeBytes() == 0) {
                return false;
            }
            if (buffer.capacity() < slice.sizeBytes()) {
                buffer = ByteBuffer.allocate(Math.max(CHUNK_BYTES, slice.sizeBytes()));
            }
            buffer.clear().limit(slice.sizeBytes());
            slice.copyTo(0, buffer);
            buffer.flip();
        } catch (IOException trouble) {
            throw source.state().readError("reading the log", trouble);
        }
        append(buffer);
        unforcedBytes += buffer.limit();
        if (unforcedBytes >= FORCE_EVERY_BYTES) {
            force();
        }
        return true;
    }

    /** Forces what was copied so far. Blocks. */
    public void force() {
        log.flush();
        unforcedBytes = 0;
    }

    private void append(ByteBuffer batches) {
        int limit = batches.limit();
        state.writer.lock();
        try {
            state.requireUsable();
            for (int at = 0; at < limit; ) {
                int size = BatchHeader.sizeBytes(batches, at);
                requireWhole(batches, at, limit - at, size);
                if (BatchHeader.lastOffset(batches, at) >= state.logEnd) {
                    append(batches.slice(at, size), BatchHeader.baseOffset(batches, at));
                }
                at += size;
            }
        } catch (IOException trouble) {
            throw state.storageError("copying to the log", trouble);
        } finally {
            state.writer.unlock();
        }
    }

    private void requireWhole(ByteBuffer batches, int at, int left, int size) {
        if (size < BatchHeader.SIZE_BYTES
                || size > left
                || BatchHeader.crc(batches, at) != BatchHeader.computeCrc(batches, at, crc)) {
            throw new OttlaException(
                    ErrorCode.CORRUPT_MESSAGE,
                    "The log of " + state.partition + " is damaged behind offset " + state.logEnd
                            + ": it stays where it is");
        }
    }

    private void append(ByteBuffer batch, long baseOffset) throws IOException {
        long nowMs = state.environment.clock().wallMs();
        long lastOffset = BatchHeader.lastOffset(batch, 0);
        long maxTimestampMs = BatchHeader.maxTimestampMs(batch, 0);
        Segment segment = state.segments.active();
        if (segment.mustRoll(state.config, batch.remaining(), lastOffset, maxTimestampMs, nowMs)) {
            segment = state.roll(nowMs);
        }
        segment.append(batch, lastOffset, maxTimestampMs, state.config.indexIntervalBytes());
        state.epochs = state.epochs.assign(BatchHeader.leaderEpoch(batch, 0), baseOffset);
        CompletedTransaction completed = state.producers.apply(batch, 0, maxTimestampMs, nowMs);
        if (completed != null && completed.aborted()) {
            segment.aborted().append(AbortedTransaction.of(completed));
        }
        state.logEnd = lastOffset + 1;
    }

    /**
     * Makes the copy complete and durable; nothing may be appended to the source meanwhile ({@link PartitionLog#hold}), and it must be
     * copied to its end. Takes over what is not in the batches: log start, leader epochs and producers. Blocks.
     */
    public void finish(PartitionLog source) {
        LogState from = source.state();
        try {
            from.writer.lock();
            state.writer.lock();
            try {
                takeOver(from);
            } finally {
                state.writer.unlock();
                from.writer.unlock();
            }
            Flush last = log.closer().close(new ForcedEach(state.environment.files()));
            if (last != null) {
                last.done();
            }
            String failure = state.environment.health().failure();
            if (failure != null) {
                throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, failure);
            }
            OffsetCheckpoint.write(
                    state.environment.files(),
                    state.folder.resolve(OffsetCheckpoint.LOG_STARTS),
                    Map.of(state.partition.folderName(), from.logStart));
        } catch (IOException trouble) {
            throw state.storageError("completing the copy", trouble);
        }
    }

    private void takeOver(LogState from) throws IOException {
        if (state.logEnd < from.logEnd) {
            // Nothing is left between the last batch and the end: the end is told by a segment that begins there.
            state.logEnd = from.logEnd;
            state.roll(state.environment.clock().wallMs());
        }
        state.logStart = from.logStart;
        state.epochs = from.epochs;
        List<ProducerEntry> producers = List.copyOf(from.producers.entries());
        state.producers.load(producers);
        state.pendingSnapshots.remove(state.logEnd);
        SegmentNames end = new SegmentNames(state.folder, state.logEnd);
        state.environment.files().deleteIfExists(end.file(SegmentNames.SNAPSHOT));
    }

    LogState state() {
        return state;
    }

    /** Closes the files as they are. */
    void abandon() {
        log.closer().abandon();
        ended();
    }

    /** The source may be cleaned again. */
    void ended() {
        CleaningGate paused = pausedCleaning.getAndSet(null);
        if (paused != null) {
            paused.resume();
        }
    }
}
