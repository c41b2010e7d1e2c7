package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.journal.RecoveryPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes a log durable: forces segments, completes those that were rolled, writes producer snapshots and leader epochs, and only then moves the
 * recovery point. Runs on storage threads; many waiters share one force.
 */
final class LogFlusher {
    private final LogState state;
    private final PriorityQueue<Waiter> waiters =
            new PriorityQueue<>((one, other) -> Long.compare(one.offset(), other.offset()));
    private boolean scheduled;

    private record Waiter(long offset, CompletableFuture<Void> done) {}

    LogFlusher(LogState state) {
        this.state = state;
    }

    CompletableFuture<Void> flushed(long wanted) {
        long offset = Math.min(wanted, state.logEnd);
        if (offset <= state.flushed) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (waiters) {
            waiters.add(new Waiter(offset, done));
            if (scheduled) {
                return done;
            }
            scheduled = true;
        }
        state.environment.storage().execute(this::flushForWaiters);
        return done;
    }

    /** Whether flush.ms has passed since the oldest unforced record was appended. */
    boolean isDue(long nowMs) {
        long since = state.unflushedSinceMs;
        return since >= 0 && state.config.flushMs() != Long.MAX_VALUE && nowMs - since >= state.config.flushMs();
    }

    private void flushForWaiters() {
        synchronized (waiters) {
            scheduled = false;
        }
        try {
            flush(Long.MAX_VALUE);
        } catch (OttlaException told) {
            // The waiters have been told; the folder's health says the rest.
        }
    }

    /** Forces everything below {@code upTo} (and no active segment that lies above). */
    void flush(long upTo) {
        OttlaException error = null;
        state.maintenance.lock();
        try {
            state.requireUsable();
            flushLocked(upTo);
        } catch (IOException trouble) {
            error = state.storageError("flushing the log", trouble);
        } catch (OttlaException unusable) {
            error = unusable;
        } finally {
            state.maintenance.unlock();
        }
        completeWaiters(error);
        if (error != null) {
            throw error;
        }
    }

    /** Under maintenance. When it throws, what was not done is still due. */
    void flushLocked(long upTo) throws IOException {
        write(upTo, new ForcedEach(state.environment.files())).done();
    }

    /** Under maintenance: all of a flush but the word that it is durable. When it throws, what was not done is still due. */
    Flush write(long upTo, Forcing forcing) throws IOException {
        SegmentList segments;
        Map<Long, byte[]> snapshots;
        Flush flush;
        LogJournal journal = state.journal;
        state.writer.lock();
        try {
            long target = Math.min(upTo, state.logEnd);
            segments = state.segments;
            snapshots = new TreeMap<>(state.pendingSnapshots.headMap(target, true));
            RecoveryPoint mark = journal == null || target < state.logEnd ? null : journal.mark();
            // An epoch without a record is forgotten by the next start in any case.
            LeaderEpochs epochs = state.epochs.truncateFromEnd(state.logEnd);
            flush = new Flush(state, target, epochs, snapshots.keySet(), mark);
            if (target == state.logEnd) {
                state.unflushedSinceMs = -1;
            }
        } finally {
            state.writer.unlock();
        }
        try {
            forceSegments(segments, flush.target(), forcing);
            if (!flush.epochs().equals(state.writtenEpochs)) {
                forcing.replace(
                        state.folder.resolve(LeaderEpochs.FILE), flush.epochs().encode());
            }
            state.writtenSums = PartitionSums.write(state, segments, flush.epochs(), forcing);
            // Last: with it a start trusts the segment before, and what is said of that must be of now.
            for (Map.Entry<Long, byte[]> snapshot : snapshots.entrySet()) {
                SegmentNames names = new SegmentNames(state.folder, snapshot.getKey());
                forcing.replace(names.file(SegmentNames.SNAPSHOT), snapshot.getValue());
            }
        } catch (IOException trouble) {
            flush.undone();
            throw trouble;
        }
        return flush;
    }

    private void forceSegments(SegmentList segments, long target, Forcing forcing) throws IOException {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (i < segments.size() - 1) {
                segment.seal(forcing);
            } else if (segment.baseOffset() < target && target > state.flushed) {
                segment.force(forcing);
            }
        }
    }

    /** Answers those whose offset is forced, or all of them with an error; has the others forced too. */
    void completeWaiters(@Nullable OttlaException error) {
        List<Waiter> done = new ArrayList<>();
        boolean again = false;
        synchronized (waiters) {
            while (!waiters.isEmpty() && (error != null || waiters.peek().offset() <= state.flushed)) {
                done.add(waiters.remove());
            }
            if (!waiters.isEmpty() && !scheduled) {
                scheduled = true;
                again = true;
            }
        }
        for (Waiter waiter : done) {
            if (error == null) {
                waiter.done().complete(null);
            } else {
                waiter.done().completeExceptionally(error);
            }
        }
        if (again) {
            state.environment.storage().execute(this::flushForWaiters);
        }
    }

    /** The log is closed: nobody will be answered any more. */
    void abandonWaiters() {
        completeWaiters(new OttlaException(
                ErrorCode.KAFKA_STORAGE_ERROR, "The log of " + state.partition + " was closed before the force"));
    }
}
