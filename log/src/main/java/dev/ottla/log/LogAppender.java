package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.log.journal.EntryKind;
import dev.ottla.log.producer.CompletedTransaction;
import dev.ottla.log.producer.ProducerVerdict;
import dev.ottla.log.producer.Terms;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What makes the log longer: the leader's appends, and what comes back from the journal before. */
final class LogAppender {
    private static final Logger LOG = LoggerFactory.getLogger(LogAppender.class);

    private final LogState state;
    private final LogFlusher flusher;

    LogAppender(LogState state, LogFlusher flusher) {
        this.state = state;
        this.flusher = flusher;
    }

    AppendResult append(ByteBuffer batch, long maxTimestampMs, int leaderEpoch, long nowMs, Terms terms) {
        boolean rolled;
        boolean force;
        AppendResult result;
        state.writer.lock();
        try {
            AppendResult refusal = refusal(batch);
            if (refusal != null) {
                return refusal;
            }
            long offset = state.logEnd;
            Segment before = state.segments.active();
            result = switch (state.producers.check(batch, batch.position(), offset, terms)) {
                case ProducerVerdict.Accepted accepted -> write(batch, offset, maxTimestampMs, leaderEpoch, nowMs);
                case ProducerVerdict.Duplicate duplicate -> duplicate(duplicate);
                case ProducerVerdict.Refused refused ->
                    AppendResult.refused(refused.code(), refused.message(), state.logStart);
            };
            rolled = before != state.segments.active();
            LogJournal journal = state.journal;
            force = journal != null && journal.takeForce();
        } finally {
            state.writer.unlock();
        }
        if (force) {
            flushInBackground(Long.MAX_VALUE);
        } else if (rolled) {
            flushInBackground(state.segments.active().baseOffset());
        }
        return result;
    }

    /** Starts a new segment at the log end, unless the active one is empty. Blocks. */
    void roll() {
        state.writer.lock();
        try {
            if (state.segments.active().sizeBytes() == 0) {
                return;
            }
            state.roll(state.environment.clock().wallMs());
        } catch (IOException trouble) {
            throw state.storageError("rolling the log", trouble);
        } finally {
            state.writer.unlock();
        }
        flusher.flush(state.segments.active().baseOffset());
    }

    /** Appends a batch that the journal kept, as it is; before the log is served. */
    void replay(ByteBuffer batch, String place) throws IOException {
        state.writer.lock();
        try {
            appendKept(batch, place);
        } finally {
            state.writer.unlock();
        }
    }

    /** All that the journal kept was appended. */
    void replayed(ReplayPlan plan) throws IOException {
        state.writer.lock();
        try {
            boolean begins = state.segments.active().baseOffset() == state.logEnd;
            if (state.logEnd <= plan.cutOffset() && !begins) {
                dropSnapshotAtEnd();
            }
            long logStart = plan.logStart();
            state.logStart = Math.max(state.logStart, Math.min(logStart, state.logEnd));
            state.epochs = state.epochs.truncateFromStart(state.logStart);
            state.highWatermark = Math.max(state.highWatermark, state.logStart);
            state.refreshFirstUnstable();
        } finally {
            state.writer.unlock();
        }
    }

    /**
     * One that an earlier process left at the log's end would vouch for the indexes of the segment before, if one began there.
     *
     * @return whether there was one
     */
    private boolean dropSnapshotAtEnd() throws IOException {
        SegmentNames end = new SegmentNames(state.folder, state.logEnd);
        return state.environment.files().deleteIfExists(end.file(SegmentNames.SNAPSHOT));
    }

    private void appendKept(ByteBuffer batch, String place) throws IOException {
        int at = batch.position();
        long offset = BatchHeader.baseOffset(batch, at);
        if (offset != state.logEnd) {
            throw new DamagedLogException("The journal's entry in " + place + " begins at offset " + offset + " of "
                    + state.partition + ", where " + state.logEnd + " should follow");
        }
        int sizeBytes = batch.remaining();
        long lastOffset = BatchHeader.lastOffset(batch, at);
        long maxTimestampMs = BatchHeader.maxTimestampMs(batch, at);
        long nowMs = state.environment.clock().wallMs();
        Segment segment = state.segments.active();
        if (segment.mustRoll(state.config, sizeBytes, lastOffset, maxTimestampMs, nowMs)) {
            if (dropSnapshotAtEnd()) {
                // It must not come back beside the new segment.
                state.environment.files().forceFolder(state.folder);
            }
            segment = state.roll(nowMs);
        }
        segment.append(batch, lastOffset, maxTimestampMs, state.config.indexIntervalBytes());
        appended(segment, batch, BatchHeader.leaderEpoch(batch, at), maxTimestampMs, nowMs);
    }

    private @Nullable AppendResult refusal(ByteBuffer batch) {
        String offline = state.offlineReason();
        String unusable = offline != null ? offline : state.unusable();
        if (unusable != null) {
            return AppendResult.refused(ErrorCode.KAFKA_STORAGE_ERROR, unusable, -1);
        }
        if (state.held) {
            return AppendResult.refused(ErrorCode.NOT_LEADER_OR_FOLLOWER, LogState.HELD, state.logStart);
        }
        if (state.environment.health().nearlyFull()) {
            return AppendResult.refused(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is nearly full", state.logStart);
        }
        int segmentBytes = state.config.segmentBytes();
        if (batch.remaining() > segmentBytes) {
            return AppendResult.refused(
                    ErrorCode.RECORD_LIST_TOO_LARGE,
                    "Message batch size is " + batch.remaining() + " bytes in append to partition " + state.partition
                            + ", which exceeds the maximum configured segment size of " + segmentBytes + ".",
                    state.logStart);
        }
        return null;
    }

    private AppendResult duplicate(ProducerVerdict.Duplicate known) {
        return new AppendResult(
                ErrorCode.NONE,
                null,
                known.firstOffset(),
                known.lastOffset(),
                known.timestampMs(),
                state.logStart,
                true,
                mustFlush(known.lastOffset()));
    }

    private AppendResult write(ByteBuffer batch, long offset, long maxTimestampMs, int leaderEpoch, long nowMs) {
        int at = batch.position();
        long lastOffset = offset + BatchHeader.lastOffsetDelta(batch, at);
        LogConfig config = state.config;
        Segment segment = state.segments.active();
        try {
            if (segment.mustRoll(config, batch.remaining(), lastOffset, maxTimestampMs, nowMs)) {
                segment = state.roll(nowMs);
            }
            BatchHeader.assign(batch, at, offset, leaderEpoch);
            segment.append(batch, lastOffset, maxTimestampMs, config.indexIntervalBytes());
        } catch (IOException trouble) {
            return undo(segment, trouble);
        }
        appended(segment, batch, leaderEpoch, maxTimestampMs, nowMs);
        LogJournal journal = state.journal;
        if (journal != null) {
            journal.append(EntryKind.APPEND, offset, lastOffset + 1, batch);
        }
        return new AppendResult(
                ErrorCode.NONE,
                null,
                offset,
                lastOffset,
                BatchHeader.isLogAppendTime(batch, at) ? BatchHeader.maxTimestampMs(batch, at) : -1,
                state.logStart,
                false,
                mustFlush(lastOffset));
    }

    private void appended(Segment segment, ByteBuffer batch, int leaderEpoch, long maxTimestampMs, long nowMs) {
        int at = batch.position();
        if (state.unflushedSinceMs < 0) {
            state.unflushedSinceMs = nowMs;
        }
        if (leaderEpoch > state.epochs.latest()) {
            state.epochs = state.epochs.assign(leaderEpoch, BatchHeader.baseOffset(batch, at));
        }
        noteProducer(segment, batch, at, maxTimestampMs, nowMs);
        state.logEnd = BatchHeader.lastOffset(batch, at) + 1;
    }

    private void noteProducer(Segment segment, ByteBuffer batch, int at, long maxTimestampMs, long nowMs) {
        if (BatchHeader.producerId(batch, at) < 0) {
            return;
        }
        CompletedTransaction completed = state.producers.apply(batch, at, maxTimestampMs, nowMs);
        if (completed != null && completed.aborted()) {
            try {
                segment.aborted().append(AbortedTransaction.of(completed));
            } catch (IOException trouble) {
                // The marker is in the log already: without its index entry readers would see aborted records.
                state.environment.health().fail("writing the transaction index of " + state.partition, trouble);
            }
        }
        if (BatchHeader.isTransactional(batch, at)) {
            state.refreshFirstUnstable();
        }
    }

    /** Whatever part of the batch is in the file goes, so that the log still ends with a whole batch. */
    private AppendResult undo(Segment segment, IOException trouble) {
        String doing = "appending to " + state.partition;
        OttlaException error = state.environment.health().storageError(doing, trouble);
        try {
            segment.undo();
        } catch (IOException again) {
            state.environment.health().fail("undoing a part of an append to " + state.partition, again);
        }
        return AppendResult.refused(ErrorCode.KAFKA_STORAGE_ERROR, String.valueOf(error.getMessage()), -1);
    }

    /** What is journaled is forced sooner than any setting asks. */
    private boolean mustFlush(long lastOffset) {
        return state.journal == null && lastOffset + 1 - state.flushed >= state.config.flushMessages();
    }

    private void flushInBackground(long upTo) {
        state.environment.storage().execute(() -> {
            try {
                // A fast producer fills the reserve between two looks that only the clock asks for.
                state.environment.lookAtRoom();
            } catch (IOException trouble) {
                LOG.debug(
                        "Cannot tell the free room of {}",
                        state.environment.settings().folder(),
                        trouble);
            }
            try {
                flusher.flush(upTo);
            } catch (OttlaException told) {
                // The folder's health has said it; what is due stays due.
            }
        });
    }
}
