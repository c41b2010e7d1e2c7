package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.log.journal.EntryKind;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * Puts a log into its folder's journal and takes it out, while it is written to. Both ways the last of the segments is forced under the writer lock,
 * which makes appends wait for a moment: the journal's word and the segments' must change hands at one offset.
 */
final class JournalSwitch {
    private final LogState state;
    private final LogFlusher flusher;
    private LongConsumer watcher = end -> {};

    private interface Change {
        void run() throws IOException;
    }

    JournalSwitch(LogState state, LogFlusher flusher) {
        this.state = state;
        this.flusher = flusher;
    }

    synchronized void watch(LongConsumer newWatcher) {
        watcher = newWatcher;
        LogJournal journal = state.journal;
        if (journal != null) {
            journal.watch(newWatcher);
        }
    }

    synchronized void obey(LogConfig config) {
        FolderJournal folder = state.environment.journal();
        boolean wanted = folder != null && config.journaled();
        LogJournal now = state.journal;
        if (wanted == (now != null) || state.unusable() != null) {
            return;
        }
        flusher.flush(Long.MAX_VALUE);
        if (folder != null && wanted) {
            join(folder);
        } else if (now != null) {
            leave(now);
        }
    }

    /** A new log enters the journal; its first append stands behind this. */
    void joinNew() {
        LogJournal journal = state.journal;
        if (journal != null) {
            state.writer.lock();
            try {
                journal.note(EntryKind.JOIN, state.logEnd);
            } finally {
                state.writer.unlock();
            }
        }
    }

    /** The log ends; its entries are void: on the disk before this returns, so that recovery does not look for the log. */
    void leaveForGood() {
        LogJournal journal = state.journal;
        if (journal == null || !state.isLoaded() || state.unusable() != null) {
            return;
        }
        long lsn;
        state.writer.lock();
        try {
            state.closed = true;
            lsn = journal.note(EntryKind.LEAVE, state.logEnd);
        } finally {
            state.writer.unlock();
        }
        journal.await(lsn);
    }

    private void join(FolderJournal folder) {
        underLocks(() -> {
            LogJournal joined = new LogJournal(folder, state);
            joined.watch(watcher);
            joined.note(EntryKind.JOIN, state.logEnd);
            state.journal = joined;
        });
    }

    private void leave(LogJournal journal) {
        underLocks(() -> {
            // So far only the journal knows of a start that was moved since the last checkpoint.
            state.environment.checkpoints().writeLogStarts();
            journal.await(journal.note(EntryKind.LEAVE, state.logEnd));
            state.journal = null;
        });
        watcher.accept(state.logEnd);
    }

    private void underLocks(Change change) {
        state.maintenance.lock();
        state.writer.lock();
        try {
            state.requireUsable();
            flusher.flushLocked(Long.MAX_VALUE);
            change.run();
        } catch (IOException trouble) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    String.valueOf(state.storageError("changing ottla.journal.enable", trouble)
                            .getMessage()));
        } finally {
            state.writer.unlock();
            state.maintenance.unlock();
        }
    }
}
