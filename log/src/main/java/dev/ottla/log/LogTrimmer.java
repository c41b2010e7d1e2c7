package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.log.journal.EntryKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Takes away from a log's start: retention and deleteRecords. Runs on storage threads. */
final class LogTrimmer {
    private final LogState state;
    private final LogFlusher flusher;
    private final Files files;
    /** The journal's entry of the log start that was set last; guarded by the writer lock, read after it. */
    private volatile long startLsn;

    /** Taken out of the log, while the disk was too full for what must be written before they go; under maintenance. */
    private List<Segment> leaving = List.of();

    LogTrimmer(LogState state, LogFlusher flusher) {
        this.state = state;
        this.flusher = flusher;
        this.files = state.environment.files();
    }

    int applyRetention(long nowMs) {
        state.maintenance.lock();
        try {
            state.requireUsable();
            int[] gone = new int[1];
            state.environment.ballast().retried(() -> gone[0] = deleteOld(nowMs));
            return gone[0];
        } catch (IOException trouble) {
            throw state.storageError("deleting old segments", trouble);
        } finally {
            state.maintenance.unlock();
        }
    }

    private int deleteOld(long nowMs) throws IOException {
        Segment active = state.segments.active();
        // Read before it is judged: what is appended from here on was not.
        long judgedEnd = active.end();
        int count;
        try {
            count = superfluous(nowMs);
        } catch (IOException trouble) {
            throw state.readError("looking for old segments", trouble);
        }
        if (count == 0 && leaving.isEmpty()) {
            return 0;
        }
        // A power cut may bring back what is removed now: it must be whole then, or it would be cut with all that
        // follows.
        flusher.flushLocked(
                count == state.segments.size()
                        ? state.logEnd
                        : state.segments.get(count).baseOffset());
        List<Segment> gone = new ArrayList<>(leaving);
        gone.addAll(takeOut(count, active, judgedEnd, nowMs));
        leaving = gone;
        // The segment that carries the offsets on, and the producers' state, must be there for good before the
        // others go.
        flusher.flushLocked(state.segments.active().baseOffset());
        awaitStart();
        SegmentRemoval.remove(state, gone, nowMs);
        leaving = List.of();
        files.forceFolder(state.folder);
        return gone.size();
    }

    private int superfluous(long nowMs) throws IOException {
        return Retention.superfluous(
                state.segments, state.config, state.logStart, state.highWatermark, state.logEnd, nowMs);
    }

    /** @param judgedEnd what {@code active}, the last segment when the first {@code count} were judged, had then */
    private List<Segment> takeOut(int count, Segment active, long judgedEnd, long nowMs) throws IOException {
        state.writer.lock();
        try {
            int gone = count;
            if (gone > 0 && state.segments.get(gone - 1) == active) {
                if (active.end() != judgedEnd || active.nextOffset() > state.highWatermark) {
                    gone--;
                } else if (active == state.segments.active()) {
                    state.roll(nowMs);
                }
            }
            SegmentList segments = state.segments;
            List<Segment> removed = segments.all().subList(0, gone);
            if (gone > 0) {
                state.segments = segments.withoutFirst(gone);
                moveStart(Math.max(state.logStart, state.segments.first().baseOffset()));
            }
            return removed;
        } finally {
            state.writer.unlock();
        }
    }

    /** Under the writer lock. */
    private void moveStart(long logStart) {
        LogJournal journal = state.journal;
        if (journal != null && logStart > state.logStart) {
            startLsn = journal.note(EntryKind.LOG_START, logStart);
        }
        state.logStart = logStart;
        state.epochs = state.epochs.truncateFromStart(logStart);
    }

    /** What is taken away must not come back: the new start is on the disk before files go or an answer is given. */
    private void awaitStart() {
        LogJournal journal = state.journal;
        if (journal != null) {
            journal.await(startLsn);
        }
    }

    long deleteRecords(long beforeOffset) {
        state.writer.lock();
        try {
            state.requireUsable();
            if (state.held) {
                throw new OttlaException(ErrorCode.NOT_LEADER_OR_FOLLOWER, LogState.HELD);
            }
            long target = beforeOffset == -1 ? state.highWatermark : beforeOffset;
            if (target < 0 || target > state.highWatermark) {
                throw new OttlaException(
                        ErrorCode.OFFSET_OUT_OF_RANGE,
                        "Cannot delete the records of " + state.partition + " before offset " + target
                                + ": the high watermark is " + state.highWatermark);
            }
            if (target > state.logStart) {
                moveStart(target);
            }
        } finally {
            state.writer.unlock();
        }
        if (state.journal != null) {
            awaitStart();
            return state.logStart;
        }
        try {
            state.environment.checkpoints().writeLogStarts();
        } catch (IOException trouble) {
            throw state.storageError("recording the log start", trouble);
        }
        return state.logStart;
    }
}
