package dev.ottla.log.journal;

import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One data folder's journal. In this order: {@link #open}, {@link #replay} (as often as wanted; needed once unless {@link #isEmpty}),
 * {@link #checkpoint}, {@link #start}, then appends through {@link #stream}s, then {@link #close}. Until the checkpoint nothing on the disk changes.
 *
 * <p>Entries are numbered by LSN: dense, the first ever is 1, and never given twice to entries that were durable. An error of a write or a force
 * is final: nothing is acknowledged any more. A full disk is not: the journal is congested until there is room.
 */
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class Journal {
    /** How long a group waits for company at most; a lone writer's does not wait. */
    public static final long MAX_GROUPING_DELAY_NANOS = 200_000;

    private Journal() {}

    /**
     * Reads the recovery points and the headers of the files.
     *
     * @param onFailure told once, on the thread that met it, of an error after which nothing more can be made durable
     * @throws DamagedJournalException when they are not whole, or a file is missing
     * @throws IOException also when a file has a format version that this program does not know
     */
    public static Journal open(Files files, JournalSettings settings, Consumer<IOException> onFailure)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Whether there are no files to replay: a new journal, or one that was closed emptied. */
    public boolean isEmpty() {
        throw new UnsupportedOperationException();
    }

    /** As the last durable checkpoint gave them. */
    public List<RecoveryPoint> recoveryPoints() {
        throw new UnsupportedOperationException();
    }

    /**
     * Shows every whole entry from the last checkpoint's {@code neededFromLsn} on. Before {@link #start} only. A torn, never acknowledged end is left
     * out, with a line in the log; the first call also forces what it accepted (S2).
     *
     * @throws DamagedJournalException when what was durable cannot be read; some entries may have been shown before
     */
    public void replay(JournalVisitor visitor) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Begins a file of a new generation and takes appends from now on.
     *
     * @param thread makes the writer's platform thread; null for none: then {@link #commit} must be called
     * @param background runs the pre-writing of the next file; may block on the disk
     */
    public void start(@Nullable ThreadFactory thread, Executor background) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** A partition's way in; its listener is told of its entries only. May be called before {@link #start}; appends may not. */
    public JournalStream stream(TopicId topic, int partition, DurableListener listener) {
        return new JournalStream(this, topic, partition, listener);
    }

    /**
     * Writes and forces what is staged as one group, on the calling thread, and tells the listeners.
     *
     * @return false when nothing was staged, or there is no room on the disk for a new file
     * @throws IOException when the write or the force failed: final
     */
    public boolean commit() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The LSN of the last entry staged. */
    public long lastLsn() {
        throw new UnsupportedOperationException();
    }

    /** This entry and all before it are durable. */
    public long durableLsn() {
        throw new UnsupportedOperationException();
    }

    /**
     * Blocks until an entry is durable.
     *
     * @throws OttlaException KAFKA_STORAGE_ERROR when the journal has failed or was closed before that
     */
    public void await(long lsn) {
        throw new UnsupportedOperationException();
    }

    /** Whether callers should take no more produce requests: staging is past its limit, the journal is full, or the disk has no room. */
    public boolean isCongested() {
        throw new UnsupportedOperationException();
    }

    /** Adds what is called on the journal's thread after each group and when congestion may have ended; must not block. */
    public void onProgress(Runnable listener) {
        throw new UnsupportedOperationException();
    }

    /** Bytes of the files that replay would need, the unwritten rest of the current one not counted. */
    public long usedBytes() {
        throw new UnsupportedOperationException();
    }

    public long maxBytes() {
        throw new UnsupportedOperationException();
    }

    /**
     * What a checkpointer must get forced to free space: with {@code neededFromLsn} at least this, a checkpoint frees at least {@code bytes} of the
     * oldest files. When the files before the current one are not that many: the current one's first LSN.
     */
    public long lsnAtUsedBytes(long bytes) {
        throw new UnsupportedOperationException();
    }

    /**
     * Replaces the recovery points durably, then frees the files whose entries all lie below {@code neededFromLsn}. Waits until every point's entry is
     * durable in the journal: a point must not speak of entries that a crash could take back. Calls follow each other; call it on a thread that may block.
     *
     * @param points of every journaled partition: they replace the earlier ones
     * @param neededFromLsn entries below it are never shown by replay again; lastLsn() + 1 when none is needed
     */
    public void checkpoint(Collection<RecoveryPoint> points, long neededFromLsn) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes what is staged and stops the writer.
     *
     * @param emptied removes the files too (a clean stop): only after a checkpoint with {@code neededFromLsn} above {@link #lastLsn}
     * @throws IllegalStateException when {@code emptied} and there are entries above the last checkpoint
     */
    public void close(boolean emptied) throws IOException {
        throw new UnsupportedOperationException();
    }
}
