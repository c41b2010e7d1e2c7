package dev.ottla.log;

import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.journal.RecoveryPoint;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a flush of a log has written, to be told to the log once it is durable. Whoever has it keeps the log's maintenance lock, unless nobody else
 * has the log.
 *
 * @param target everything below was written
 * @param snapshots the offsets of the producer snapshots
 * @param mark what the journal need not keep any longer; null for nothing
 */
record Flush(
        LogState state,
        long target,
        LeaderEpochs epochs,
        Set<Long> snapshots,
        @Nullable RecoveryPoint mark) {
    /** It is durable. */
    void done() {
        state.writer.lock();
        try {
            state.pendingSnapshots.keySet().removeAll(snapshots);
        } finally {
            state.writer.unlock();
        }
        state.writtenEpochs = epochs;
        state.flushed = Math.max(state.flushed, target);
        LogJournal journal = state.journal;
        if (journal != null && mark != null) {
            journal.checkpointed(mark);
        }
    }

    /** It may not be: it is still due. */
    void undone() {
        state.writer.lock();
        try {
            state.unflushedSinceMs = state.environment.clock().wallMs();
        } finally {
            state.writer.unlock();
        }
    }
}
