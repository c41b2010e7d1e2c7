package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.journal.DurableListener;
import dev.ottla.log.journal.Journal;
import dev.ottla.log.journal.JournalStats;
import dev.ottla.log.journal.JournalStream;
import dev.ottla.log.journal.RecoveryPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The journal of a data folder as its logs use it, and its checkpointer: forces the segments that hold the oldest journal entries, writes recovery
 * points, frees journal files.
 */
final class FolderJournal {
    /** From this part of the journal's bound on, the checkpointer forces what holds the oldest files, however many logs that are. */
    private static final int MOST_BUSY_PART = 4;

    /** A checkpoint forces every log that has something in those files, so it is worth that much of each. */
    private static final long BYTES_WORTH_A_LOG = 1L << 20;

    /** A checkpoint is due after so long, so that a quiet broker restarts fast. */
    private static final long IDLE_CHECKPOINT_MS = 15_000;

    private final Journal journal;
    private final Supplier<Collection<PartitionLog>> logs;
    private final Checkpoints checkpoints;
    private final FolderHealth health;
    private final Ballast ballast;
    private final List<Runnable> progress = new CopyOnWriteArrayList<>();
    private final ReentrantLock checkpointing = new ReentrantLock();
    private long checkpointedLsn;
    private boolean ownThread;
    private long checkpointedMs;

    FolderJournal(
            Journal journal,
            Supplier<Collection<PartitionLog>> logs,
            Checkpoints checkpoints,
            FolderHealth health,
            Ballast ballast) {
        this.ballast = ballast;
        this.journal = journal;
        this.logs = logs;
        this.checkpoints = checkpoints;
        this.health = health;
        journal.onProgress(() -> progress.forEach(Runnable::run));
    }

    JournalStream stream(TopicPartition partition, DurableListener listener) {
        return journal.stream(partition.topicId(), partition.partition(), listener);
    }

    long lastLsn() {
        return journal.lastLsn();
    }

    JournalStats stats() {
        return journal.stats();
    }

    boolean isCongested() {
        return journal.isCongested();
    }

    /** Told after every group and when congestion ends, on the journal's thread. */
    void onProgress(Runnable listener) {
        progress.add(listener);
    }

    /** Blocks until an entry is on the disk. */
    void await(long lsn) {
        if (health.failure() != null) {
            throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The data folder has failed");
        }
        if (ownThread) {
            journal.await(lsn);
            return;
        }
        try {
            commit();
        } catch (IOException trouble) {
            throw health.storageError("writing the journal", trouble);
        }
    }

    /** What the journal's thread does, for a folder that has none. */
    void commit() throws IOException {
        while (journal.commit()) {
            // Until nothing is left.
        }
    }

    /** Does what the journal's size or age asks for; on a storage thread, as a duty. */
    void checkpointIfDue(long nowMs) throws IOException {
        long used = journal.usedBytes();
        long busy = busyBytes(logs.get().size());
        long belowLsn = journal.lsnAtUsedBytes(used - busy / 2);
        if ((used > busy || journal.isCongested()) && journal.canFreeBelow(belowLsn)) {
            checkpoint(belowLsn, nowMs);
        } else if (nowMs - checkpointedMs >= IDLE_CHECKPOINT_MS && journal.lastLsn() > checkpointedLsn) {
            checkpoint(Long.MAX_VALUE, nowMs);
        }
    }

    /** From how much on a checkpoint is due: a start after a crash reads it. At least a file, since files are freed whole. */
    private long busyBytes(int logCount) {
        long most = Math.max(journal.fileBytes(), journal.maxBytes() / MOST_BUSY_PART);
        return Math.clamp(logCount * BYTES_WORTH_A_LOG, journal.fileBytes(), most);
    }

    /** Forces one log, unless that has been done, and records the recovery points. */
    void checkpointOnly(LogJournal wanted, long upToLsn) throws IOException {
        checkpointing.lock();
        try {
            for (PartitionLog log : List.copyOf(logs.get())) {
                if (log.state().journal == wanted && log.state().isLoaded() && wanted.firstPending() <= upToLsn) {
                    log.maintain(log::flush);
                }
            }
            record();
        } finally {
            checkpointing.unlock();
        }
    }

    /** Forces every log with an entry below {@code belowLsn}, records the recovery points, frees journal files. */
    void checkpoint(long belowLsn, long nowMs) throws IOException {
        checkpointing.lock();
        try {
            long upTo = journal.lastLsn();
            List<PartitionLog> due = new ArrayList<>();
            for (PartitionLog log : List.copyOf(logs.get())) {
                LogJournal own = log.state().journal;
                if (own != null && log.state().isLoaded() && own.firstPending() < belowLsn) {
                    due.add(log);
                }
            }
            ManyLogs.flush(due);
            record();
            checkpointedLsn = upTo;
            checkpointedMs = nowMs;
        } finally {
            checkpointing.unlock();
        }
    }

    private void record() throws IOException {
        checkpoints.writeLogStarts();
        List<LogJournal> recorded = new ArrayList<>();
        List<RecoveryPoint> points = new ArrayList<>();
        long needed = journal.lastLsn() + 1;
        for (PartitionLog log : List.copyOf(logs.get())) {
            LogJournal own = log.state().journal;
            if (own != null && log.state().isLoaded()) {
                needed = Math.min(needed, own.firstPending());
                recorded.add(own);
                points.add(own.checkpointedPoint());
            }
        }
        long neededFrom = needed;
        ballast.retried(() -> journal.checkpoint(points, neededFrom));
        for (int i = 0; i < points.size(); i++) {
            recorded.get(i).recorded(points.get(i));
        }
    }

    /** The first checkpoint of this process, since all that was loaded is forced; then entries are taken. */
    void start(@Nullable ThreadFactory thread, Executor background) throws IOException {
        for (PartitionLog log : List.copyOf(logs.get())) {
            LogJournal own = log.state().journal;
            if (own != null && log.state().isLoaded()) {
                own.loaded(log.endOffset());
            }
        }
        record();
        ownThread = thread != null;
        journal.start(thread, background);
    }

    /** @param everythingForced nothing of the journal is needed any more, and its files go */
    void close(boolean everythingForced) throws IOException {
        if (everythingForced) {
            record();
        }
        journal.close(everythingForced);
    }
}
