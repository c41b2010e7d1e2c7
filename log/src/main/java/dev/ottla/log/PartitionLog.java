package dev.ottla.log;

import dev.ottla.base.TopicPartition;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The log of one partition: record batches at dense offsets in a folder of Kafka's own files.
 *
 * <p>Single writer: whoever holds the log's lock. It is held for a page-cache write and, on a roll, one file creation; forces, index and
 * snapshot files, retention and deletions run on the folder's storage threads. Reads take no lock. Every method may throw
 * OttlaException(KAFKA_STORAGE_ERROR): the folder failed, the partition is offline, or the log is closed or deleted.
 */
public final class PartitionLog {
    PartitionLog() {}

    public TopicPartition topicPartition() {
        return Pending.value();
    }

    /** Why this partition serves nothing although its folder works (damage below the recovery point); null when it serves. */
    public @Nullable String offlineReason() {
        return Pending.value();
    }

    public LogConfig config() {
        return Pending.value();
    }

    /** Replaces the settings; the next roll, retention and flush obey them. */
    public void configure(LogConfig config) {
        Pending.<Object>value();
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
        return Pending.value();
    }

    /**
     * Completes when everything below {@code offset} is forced to the disk, on a storage thread (or at once); fails with
     * OttlaException(KAFKA_STORAGE_ERROR) when that will never be.
     */
    public CompletableFuture<Void> flushed(long offset) {
        return Pending.value();
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
        return Pending.value();
    }

    /** The log start offset: nothing below it is served. */
    public long startOffset() {
        return Pending.value();
    }

    /** The log end offset: the next to be assigned. */
    public long endOffset() {
        return Pending.value();
    }

    /** Everything below is forced to the disk: the recovery point. */
    public long flushedOffset() {
        return Pending.value();
    }

    /** As {@link #advanceHighWatermark} left it; after a start, as the folder's checkpoint says. */
    public long highWatermark() {
        return Pending.value();
    }

    /**
     * Replication's word on what is committed: retention and deleteRecords never pass it, the last stable offset never exceeds it, and the
     * folder writes it to replication-offset-checkpoint. Never goes back; beyond the log end it is the log end.
     */
    public void advanceHighWatermark(long offset) {
        Pending.<Object>value();
    }

    /** The first offset of an open transaction, or of a finished one above the high watermark; else the high watermark. */
    public long lastStableOffset() {
        return Pending.value();
    }

    /** The aborted transactions with records in {@code [from, toExclusive)}, by first offset. Blocks on files. */
    public List<AbortedTransaction> abortedTransactions(long from, long toExclusive) {
        return Pending.value();
    }

    /** The first record at or after the log start whose timestamp is at least {@code timestampMs}; null when there is none. Blocks on files. */
    public @Nullable TimestampOffset offsetForTime(long timestampMs) {
        return Pending.value();
    }

    /** The first record with the largest timestamp of all (KIP-734); null in an empty log. Blocks on files. */
    public @Nullable TimestampOffset offsetOfMaxTimestamp() {
        return Pending.value();
    }

    /** Where {@code epoch} ended here, as OffsetForLeaderEpoch answers it. */
    public EpochEnd endOffsetForEpoch(int epoch) {
        return Pending.value();
    }

    /** The latest leader epoch with a place in the log; -1 when there is none. */
    public int latestEpoch() {
        return Pending.value();
    }

    /** The epoch that the record at {@code offset} was appended in; -1 when not known. */
    public int epochAt(long offset) {
        return Pending.value();
    }

    /** A new leader starts its epoch at the log end. */
    public void assignEpoch(int epoch) {
        Pending.<Object>value();
    }

    /**
     * Moves the log start up to {@code beforeOffset}, durably, before it returns. Blocks.
     *
     * @param beforeOffset -1 for the high watermark
     * @return the log start
     * @throws dev.ottla.base.OttlaException OFFSET_OUT_OF_RANGE above the high watermark
     */
    public long deleteRecords(long beforeOffset) {
        return Pending.value();
    }

    /** Bytes of the .log files. */
    public long sizeBytes() {
        return Pending.value();
    }

    public List<ProducerSummary> activeProducers() {
        return Pending.value();
    }

    /** Deletes the segments that time, size or the log start make superfluous; how many. Blocks: for storage threads. */
    public int applyRetention(long nowMs) {
        return Pending.value();
    }

    /** Starts a new segment at the log end, unless the active one is empty. Blocks. */
    public void roll() {
        Pending.<Object>value();
    }

    /** Drops everything at and above {@code offset}, to the last batch wholly below it. Blocks: for storage threads. */
    public void truncateTo(long offset) {
        Pending.<Object>value();
    }

    /** Drops everything and goes on at {@code offset}. Blocks: for storage threads. */
    public void truncateFullyAndStartAt(long offset) {
        Pending.<Object>value();
    }

    /** Forces everything appended so far. Blocks. */
    public void flush() {
        Pending.<Object>value();
    }
}
