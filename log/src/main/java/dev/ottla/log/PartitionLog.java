package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.producer.Terms;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one partition: record batches at dense offsets in a folder of Kafka's own files.
 *
 * <p>Single writer: whoever holds the log's lock. It is held for a page-cache write and, on a roll, one file creation; forces, index and
 * snapshot files, retention and deletions run on the folder's storage threads. Reads take no lock. Every method may throw
 * OttlaException(KAFKA_STORAGE_ERROR): the folder failed, the partition is offline, or the log is closed or deleted.
 */
public final class PartitionLog {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);

    private final LogState state;
    private final LogFlusher flusher;
    private final LogAppender appender;
    private final LogReader reader;
    private final LogTrimmer trimmer;
    private final LogCutter cutter;
    private final LogProducers producers;
    private final LogQueries queries;
    private final JournalSwitch journaling;
    private final LogCloser closer;

    PartitionLog(LogState state) {
        this.state = state;
        this.flusher = new LogFlusher(state);
        this.appender = new LogAppender(state, flusher);
        this.reader = new LogReader(state);
        this.trimmer = new LogTrimmer(state, flusher);
        this.cutter = new LogCutter(state);
        this.producers = new LogProducers(state);
        this.queries = new LogQueries(state);
        this.journaling = new JournalSwitch(state, flusher);
        this.closer = new LogCloser(state, flusher);
    }

    LogState state() {
        return state;
    }

    LogFlusher flusher() {
        return flusher;
    }

    LogAppender appender() {
        return appender;
    }

    JournalSwitch journaling() {
        return journaling;
    }

    LogCloser closer() {
        return closer;
    }

    /** Who has written to it, and in which transactions. */
    public LogProducers producers() {
        return producers;
    }

    public TopicPartition topicPartition() {
        return state.partition;
    }

    /** Why this partition serves nothing although its folder works: damage below the recovery point, found by the start or later; null when it serves. */
    public @Nullable String offlineReason() {
        return state.offlineReason();
    }

    public LogConfig config() {
        return state.config;
    }

    /** Replaces the settings; the next roll, retention and flush obey them. Blocks when ottla.journal.enable differs. */
    public void configure(LogConfig config) {
        state.config = config;
        if (offlineReason() == null) {
            journaling.obey(config);
        }
    }

    /**
     * Appends one batch that BatchValidator has accepted, as leader: assigns its offset and epoch in place, checks the producer's epoch and
     * sequence, writes the page cache. May be called from an event loop; takes the bytes from position to limit and leaves both alone.
     *
     * @param maxTimestampMs the largest timestamp of its records, as found by the validator (never the header's word)
     * @param maxTimestampOffsetDelta the offset delta of the first record that has it
     * @param leaderEpoch the leader's epoch, not below the latest in the log
     * @param nowMs the broker's time
     */
    public AppendResult append(
            ByteBuffer batch, long maxTimestampMs, long maxTimestampOffsetDelta, int leaderEpoch, long nowMs) {
        return append(batch, maxTimestampMs, maxTimestampOffsetDelta, leaderEpoch, nowMs, Terms.NONE);
    }

    /**
     * Appends a batch as {@link #append(ByteBuffer, long, long, int, long)} does, or the end of a transaction, a control batch that
     * {@link dev.ottla.log.producer.TransactionMarker#batch} makes.
     *
     * @param terms a transactional batch may be refused by them with INVALID_TXN_STATE, a marker with INVALID_PRODUCER_EPOCH
     */
    public AppendResult append(
            ByteBuffer batch,
            long maxTimestampMs,
            long maxTimestampOffsetDelta,
            int leaderEpoch,
            long nowMs,
            Terms terms) {
        return appender.append(batch, maxTimestampMs, leaderEpoch, nowMs, terms);
    }

    /**
     * Completes when everything below {@code offset} is forced to the disk, on a storage thread (or at once); fails with
     * OttlaException(KAFKA_STORAGE_ERROR) when that will never be.
     */
    public CompletableFuture<Void> flushed(long offset) {
        String unusable = state.unusable();
        if (unusable != null) {
            return CompletableFuture.failedFuture(new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, unusable));
        }
        return flusher.flushed(offset);
    }

    /**
     * The batches from the one that holds {@code offset} (or the next, where there is a hole) on, of one segment: as many whole ones as fit
     * in {@code maxBytes} and lie wholly below {@code endOffsetExclusive} (high watermark, last stable offset or log end).
     *
     * @param atLeastOneBatch the first batch comes even when it is larger than {@code maxBytes} (KIP-74); else the slice is empty then
     * @return to be closed by the caller; empty when there is nothing
     * @throws dev.ottla.base.OttlaException OFFSET_OUT_OF_RANGE below the log's start or beyond its end
     */
    public LogSlice read(long offset, int maxBytes, long endOffsetExclusive, boolean atLeastOneBatch) {
        return reader.read(offset, maxBytes, endOffsetExclusive, atLeastOneBatch);
    }

    /** The log start offset: nothing below it is served. */
    public long startOffset() {
        return state.logStart;
    }

    /** The log end offset: the next to be assigned. */
    public long endOffset() {
        return state.logEnd;
    }

    /**
     * Everything below is as durable as the log's settings promise: on the disk with the journal, else in the page cache. Nothing above may be
     * acknowledged or shown to consumers.
     */
    public long durableOffset() {
        return state.durableEnd();
    }

    /** Whether appends are durable only once the journal says so; else they are at once. */
    public boolean isJournaled() {
        return state.journal != null;
    }

    /** Whether the journal has so much to do that no more should be appended for now; {@link LogFolder#onProgress} tells when to look again. */
    public boolean isCongested() {
        LogJournal journal = state.journal;
        return journal != null && journal.isCongested();
    }

    /** Who is told of every move of {@link #durableOffset} that comes later than its append, on the journal's thread; it must not block. */
    public void onDurable(LongConsumer watcher) {
        journaling.watch(watcher);
    }

    /** Everything below is forced to the disk, in the segments: the recovery point. */
    public long flushedOffset() {
        return state.flushed;
    }

    /** Up to where the log has been compacted: what lies above is dirty. -1 when it never was. */
    public long cleanedOffset() {
        return state.cleaned;
    }

    /** Why compaction leaves this log alone for good; null when it does not. */
    public @Nullable String uncleanableReason() {
        return state.uncleanable;
    }

    /** As {@link #advanceHighWatermark} left it; after a start, as the folder's checkpoint says. */
    public long highWatermark() {
        return state.highWatermark;
    }

    /**
     * Replication's word on what is committed: retention and deleteRecords never pass it, the last stable offset never exceeds it, and the
     * folder writes it to replication-offset-checkpoint. Never goes back, nor beyond {@link #durableOffset}.
     */
    public void advanceHighWatermark(long offset) {
        if (!state.raiseHighWatermark(Math.min(offset, state.durableEnd()))) {
            return;
        }
        if (state.firstUnstable == Long.MAX_VALUE) {
            // No transaction was open; one that opens meanwhile is reckoned with by its append.
            return;
        }
        state.writer.lock();
        try {
            state.refreshFirstUnstable();
        } finally {
            state.writer.unlock();
        }
    }

    /** The first offset of an open transaction, or of a finished one above the high watermark; else the high watermark. Never below the log's start, where a transaction may begin that is open. */
    public long lastStableOffset() {
        long highWatermark = state.highWatermark;
        return Math.min(highWatermark, Math.max(state.firstUnstable, state.logStart));
    }

    /** The first record at or after the log start whose timestamp is at least {@code timestampMs}; null when there is none. Blocks on files. */
    public @Nullable TimestampOffset offsetForTime(long timestampMs) {
        return queries.firstSince(timestampMs);
    }

    /** The first record with the largest timestamp of all (KIP-734); null in an empty log. Blocks on files. */
    public @Nullable TimestampOffset offsetOfMaxTimestamp() {
        return queries.largest();
    }

    /** Where {@code epoch} ended here, as OffsetForLeaderEpoch answers it. */
    public EpochEnd endOffsetForEpoch(int epoch) {
        return queries.endOffsetForEpoch(epoch);
    }

    /** The latest leader epoch with a place in the log; -1 when there is none. */
    public int latestEpoch() {
        return state.epochs.latest();
    }

    /** The epoch that the record at {@code offset} was appended in; -1 when not known. */
    public int epochAt(long offset) {
        return offset >= state.logEnd ? -1 : state.epochs.at(offset);
    }

    /** A new leader starts its epoch at the log end. */
    public void assignEpoch(int epoch) {
        state.requireServing();
        state.writer.lock();
        try {
            state.epochs = state.epochs.assign(epoch, state.logEnd);
        } finally {
            state.writer.unlock();
        }
    }

    /**
     * Moves the log start up to {@code beforeOffset}, durably, before it returns. Blocks.
     *
     * @param beforeOffset -1 for the high watermark
     * @return the log start
     * @throws dev.ottla.base.OttlaException OFFSET_OUT_OF_RANGE above the high watermark
     */
    public long deleteRecords(long beforeOffset) {
        state.requireServing();
        return trimmer.deleteRecords(beforeOffset);
    }

    /** Bytes of the .log files. */
    public long sizeBytes() {
        return state.segments.sizeBytes();
    }

    /** Deletes the segments that time, size or the log start make superfluous; how many. Blocks: for storage threads. */
    public int applyRetention(long nowMs) {
        state.requireServing();
        return trimmer.applyRetention(nowMs);
    }

    /** Starts a new segment at the log end, unless the active one is empty. Blocks. */
    public void roll() {
        state.requireServing();
        appender.roll();
    }

    /** Drops everything at and above {@code offset}, to the last batch wholly below it. Blocks: for storage threads. */
    public void truncateTo(long offset) {
        state.requireServing();
        cutter.truncateTo(offset);
        flusher.abandonWaiters();
    }

    /** Drops everything and goes on at {@code offset}. Blocks: for storage threads. */
    public void truncateFullyAndStartAt(long offset) {
        state.requireServing();
        cutter.truncateFullyAndStartAt(offset);
        flusher.abandonWaiters();
    }

    /** Forces everything appended so far. Blocks. */
    public void flush() {
        if (state.notLoaded != null) {
            throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, state.notLoaded);
        }
        // Also what was appended before damage was found elsewhere in it.
        flusher.flush(Long.MAX_VALUE);
    }

    /** Refuses appends and deleteRecords (NOT_LEADER_OR_FOLLOWER) until told otherwise; what has begun is done when this returns. */
    public void hold(boolean held) {
        state.writer.lock();
        try {
            state.held = held;
        } finally {
            state.writer.unlock();
        }
    }

    /** Runs periodic work; what goes wrong has been reported by the folder's health, and a log that was closed meanwhile is left alone. */
    void maintain(Runnable work) {
        if (!state.isLoaded() || state.unusable() != null) {
            return;
        }
        try {
            work.run();
        } catch (OttlaException told) {
            LOG.debug("Maintenance of {} did not happen", state.partition, told);
        }
    }
}
