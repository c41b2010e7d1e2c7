package dev.ottla.log.journal;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One data folder's journal. In this order: {@link #open}, {@link #replay} (as often as wanted; needed once unless {@link #isEmpty}),
 * {@link #checkpoint}, {@link #start}, then appends through {@link #stream}s, then {@link #close}. Until the checkpoint nothing on the disk changes.
 *
 * <p>Entries are numbered by LSN: dense, the first ever is 1, and never given twice to entries that were durable. An error of a write or a force
 * is final: nothing is acknowledged any more. A full disk is not: the journal is congested until there is room.
 */
public final class Journal {
    /** How long a group waits for company at most; a lone writer's does not wait. */
    public static final long MAX_GROUPING_DELAY_NANOS = 200_000;

    private final Files files;
    private final JournalSettings settings;
    private final FoundJournal found;
    private final Clock clock;
    private final JournalFiles journalFiles;
    private final Staging staging;
    private final Wakeup wakeup;
    private final Durability durability;
    private final Progress progress = new Progress();
    private final ReentrantLock checkpointLock = new ReentrantLock();
    private RecoveryPointsFile points;
    private boolean replayed;
    private boolean shown;
    private volatile @Nullable WriterThread writer;
    private volatile @Nullable Committer committer;

    private Journal(
            Files files,
            JournalSettings settings,
            FoundJournal found,
            RandomSource random,
            Clock clock,
            Consumer<IOException> onFailure) {
        this.files = files;
        this.settings = settings;
        this.found = found;
        this.clock = clock;
        this.points = found.points();
        this.journalFiles = new JournalFiles(files, settings, random, found.needed(), found.nextGeneration());
        this.staging = new Staging(settings.stagingBytes());
        this.wakeup = new Wakeup(staging);
        this.durability = new Durability(onFailure);
        staging.refuse("The journal is not started");
        if (isEmpty()) {
            endsAt(points.durableLsn());
        }
    }

    /**
     * Reads the recovery points and the headers of the files.
     *
     * @param onFailure told once, on the thread that met it, of an error after which nothing more can be made durable
     * @throws DamagedJournalException when they are not whole, or a file is missing
     * @throws IOException also when a file has a format version that this program does not know
     */
    public static Journal open(Files files, JournalSettings settings, Consumer<IOException> onFailure)
            throws IOException {
        return open(files, settings, RandomSource.secure(), Clock.system(), onFailure);
    }

    static Journal open(
            Files files, JournalSettings settings, RandomSource random, Clock clock, Consumer<IOException> onFailure)
            throws IOException {
        FoundJournal found = FoundJournal.in(files, settings.folder());
        return new Journal(files, settings, found, random, clock, onFailure);
    }

    /** Whether there are no files to replay: a new journal, or one that was closed emptied. */
    public boolean isEmpty() {
        return found.needed().isEmpty();
    }

    /** As the last durable checkpoint before {@link #open} gave them. */
    public List<RecoveryPoint> recoveryPoints() {
        return found.points().points();
    }

    /**
     * Shows every whole entry from the last checkpoint's {@code neededFromLsn} on. Before {@link #start} only. A torn, never acknowledged end is left
     * out, with a line in the log; the first call also forces what it accepted (S2).
     *
     * @throws DamagedJournalException when what was durable cannot be read; some entries may have been shown before
     */
    public void replay(JournalVisitor visitor) throws IOException {
        if (committer != null) {
            throw new IllegalStateException("The journal is started");
        }
        boolean first = !shown;
        if (first && files.isFolder(settings.folder())) {
            // A process that was killed may have left names that a power cut would take back.
            files.forceFolder(settings.folder());
        }
        long knownEnd = first ? JournalReader.UNKNOWN : durability.durableLsn();
        endsAt(new JournalReader(files, found, visitor, first, knownEnd).read());
        shown = true;
    }

    private void endsAt(long lsn) {
        replayed = true;
        staging.beginAfter(lsn);
        durability.publish(lsn);
    }

    private void requireReplayed() {
        if (!replayed) {
            throw new IllegalStateException("The journal has entries that were not replayed");
        }
    }

    /**
     * Begins a file of a new generation and takes appends from now on.
     *
     * @param thread makes the writer's platform thread; null for none: then {@link #commit} must be called
     * @param background runs the pre-writing of the next file; may block on the disk
     */
    public void start(@Nullable ThreadFactory thread, Executor background) throws IOException {
        requireReplayed();
        checkpointLock.lock();
        try {
            makeFolder();
            if (!files.exists(RecoveryPointsFile.path(settings.folder()))) {
                points.write(files, settings.folder());
            }
            journalFiles.deleteLeftovers();
            JournalFile first = journalFiles.roll(durability.durableLsn() + 1, 0);
            long oldest = journalFiles.oldestNeeded(points.neededFromLsn(), durability.durableLsn());
            // From now on a missing file is noticed.
            writePoints(points.neededFromLsn(), oldest, true, points.points());
            Committer starting = new Committer(staging, journalFiles, durability, progress, background, clock, first);
            committer = starting;
            staging.accept();
            if (thread != null) {
                WriterThread own = new WriterThread(staging, starting, durability, progress, wakeup, clock, thread);
                writer = own;
                own.start();
            }
        } finally {
            checkpointLock.unlock();
        }
    }

    private void makeFolder() throws IOException {
        files.createFolders(settings.folder());
        Path parent = settings.folder().getParent();
        if (parent != null) {
            files.forceFolder(parent);
        }
    }

    private void writePoints(long neededFromLsn, long oldest, boolean filesExpected, Collection<RecoveryPoint> all)
            throws IOException {
        RecoveryPointsFile next =
                new RecoveryPointsFile(durability.durableLsn(), neededFromLsn, oldest, filesExpected, List.copyOf(all));
        next.write(files, settings.folder());
        points = next;
    }

    private Committer started() {
        Committer started = committer;
        if (started == null) {
            throw new IllegalStateException("The journal is not started");
        }
        return started;
    }

    Staging staging() {
        return staging;
    }

    void staged(long lsn) {
        wakeup.staged(lsn);
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
        return started().commit();
    }

    /** The LSN of the last entry staged. */
    public long lastLsn() {
        return staging.lastLsn();
    }

    /** This entry and all before it are durable. */
    public long durableLsn() {
        return durability.durableLsn();
    }

    /**
     * Blocks until an entry is durable.
     *
     * @throws OttlaException KAFKA_STORAGE_ERROR when the journal has failed or was closed before that
     */
    public void await(long lsn) {
        durability.await(lsn);
    }

    /** Whether callers should take no more produce requests: staging is past its limit, the journal is full, or the disk has no room. */
    public boolean isCongested() {
        Committer started = committer;
        return staging.bytes() > settings.stagingBytes()
                || (started != null && started.isDiskFull())
                || journalFiles.isFull();
    }

    /** Adds what is called on the journal's thread after each group and when congestion may have ended; must not block. */
    public void onProgress(Runnable listener) {
        progress.add(listener);
    }

    /** Bytes of the files that replay would need, the unwritten rest of the current one not counted. */
    public long usedBytes() {
        return journalFiles.usedBytes();
    }

    /** Since {@link #start}. */
    public JournalStats stats() {
        return started().stats(usedBytes(), maxBytes());
    }

    public long maxBytes() {
        return settings.maxBytes();
    }

    /** Of a file other than the first: so much is freed at a time. */
    public int fileBytes() {
        return settings.fileBytes();
    }

    /**
     * What a checkpointer must get forced to free space: with {@code neededFromLsn} at least this, a checkpoint frees at least {@code bytes} of the
     * oldest files. When the files before the current one are not that many: the current one's first LSN.
     */
    public long lsnAtUsedBytes(long bytes) {
        return journalFiles.lsnAtUsedBytes(bytes, durability.durableLsn() + 1);
    }

    /** Whether there is a file to be freed when nothing below an LSN is needed any more: not of one that is alone, however large it is. */
    public boolean canFreeBelow(long lsn) {
        return journalFiles.canFreeBelow(lsn);
    }

    /**
     * Replaces the recovery points durably, then frees the files whose entries all lie below {@code neededFromLsn}. Waits until every point's entry is
     * durable in the journal: a point must not speak of entries that a crash could take back. Calls follow each other; call it on a thread that may block.
     *
     * @param all points of every journaled partition: they replace the earlier ones
     * @param neededFromLsn entries below it are never shown by replay again; lastLsn() + 1 when none is needed
     * @throws IOException when the disk is full (the earlier checkpoint stands), or something failed: final
     */
    public void checkpoint(Collection<RecoveryPoint> all, long neededFromLsn) throws IOException {
        requireReplayed();
        long lsn = neededFromLsn - 1;
        for (RecoveryPoint point : all) {
            lsn = Math.max(lsn, point.lsn());
        }
        if (lsn > staging.lastLsn()) {
            throw new IllegalArgumentException(
                    "A checkpoint at LSN " + lsn + " of a journal that ends at " + staging.lastLsn());
        }
        checkpointLock.lock();
        try {
            makeDurable(lsn);
            replacePoints(all, Math.max(neededFromLsn, points.neededFromLsn()));
        } catch (IOException failure) {
            if (!DiskFull.isMeantBy(failure)) {
                fail(failure);
            }
            throw failure;
        } finally {
            checkpointLock.unlock();
        }
        tellProgress();
    }

    private void makeDurable(long lsn) throws IOException {
        if (writer != null) {
            durability.await(lsn);
            return;
        }
        while (durability.durableLsn() < lsn) {
            if (!commit()) {
                throw new DiskFull("The journal has no room to make durable what a checkpoint speaks of");
            }
        }
    }

    private void replacePoints(Collection<RecoveryPoint> all, long neededFromLsn) throws IOException {
        makeFolder();
        long oldest = journalFiles.oldestNeeded(neededFromLsn, durability.durableLsn());
        writePoints(neededFromLsn, oldest, oldest < journalFiles.nextGeneration(), all);
        journalFiles.freeBelow(oldest);
    }

    private void fail(IOException failure) {
        Committer started = committer;
        if (started == null) {
            durability.fail(failure);
        } else {
            started.fail(failure);
            wakeup.signal();
        }
    }

    private void tellProgress() {
        if (writer == null) {
            progress.tellAll();
        } else {
            wakeup.signal();
        }
    }

    /**
     * Writes what is staged and stops the writer. After a failure it only lets go of the files.
     *
     * @param emptied removes the files too (a clean stop): only after a checkpoint with {@code neededFromLsn} above {@link #lastLsn}
     * @throws IllegalStateException when {@code emptied} and there are entries above the last checkpoint
     */
    public void close(boolean emptied) throws IOException {
        if (durability.isClosed()) {
            return;
        }
        staging.refuse("The journal is closed");
        try {
            writeStaged();
        } finally {
            durability.close();
            journalFiles.close();
        }
        if (emptied && durability.failure() == null) {
            empty();
        }
    }

    private void writeStaged() throws IOException {
        WriterThread own = writer;
        if (own != null) {
            own.finish();
        } else if (committer != null && durability.failure() == null) {
            while (commit()) {}
        }
    }

    private void empty() throws IOException {
        checkpointLock.lock();
        try {
            requireReplayed();
            if (points.neededFromLsn() <= staging.lastLsn()) {
                throw new IllegalStateException("The journal has entries up to LSN " + staging.lastLsn()
                        + " and the last checkpoint needs them from " + points.neededFromLsn());
            }
            if (files.isFolder(settings.folder())) {
                writePoints(points.neededFromLsn(), journalFiles.nextGeneration(), false, points.points());
                journalFiles.deleteAll();
            }
        } finally {
            checkpointLock.unlock();
        }
    }
}
