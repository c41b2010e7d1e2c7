package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.producer.ProducerSnapshot;
import dev.ottla.log.producer.ProducerStates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log's writer and its maintenance share. {@code writer} is the one short lock: its holder is the partition's single writer and does no
 * I/O but page-cache writes and, on a roll, one file creation. {@code maintenance} keeps flush, retention, truncation and close apart; who needs
 * both takes {@code maintenance} first. Volatile fields are written under {@code writer} and read by anyone.
 */
final class LogState {
    private static final Logger LOG = LoggerFactory.getLogger(LogState.class);
    private static final AtomicLongFieldUpdater<LogState> HIGH_WATERMARK =
            AtomicLongFieldUpdater.newUpdater(LogState.class, "highWatermark");

    /** Why nothing is changed while {@link #held}; clients ask again. */
    static final String HELD = "The log is moving to another data folder at this moment";

    final LogEnvironment environment;
    final TopicPartition partition;
    /** {@code <topic>-<partition>}, made once: checkpoints name every log, time and again. */
    final String name;

    final Path folder;
    final ReentrantLock writer = new ReentrantLock();
    final ReentrantLock maintenance = new ReentrantLock();

    volatile LogConfig config;
    volatile SegmentList segments;
    volatile long logStart;
    volatile long logEnd;
    volatile long highWatermark;
    /** Everything below is forced: the recovery point. */
    volatile long flushed;

    volatile long firstUnstable;
    volatile LeaderEpochs epochs;
    volatile boolean closed;
    /** Why the folder could not be loaded: there is nothing here then. Null when it was. */
    final @Nullable String notLoaded;
    /** Why nobody can read or append any more, found while it was served; what was appended before is still forced. */
    volatile @Nullable String damage;
    /** Null while appends are acknowledged from the page cache. */
    volatile @Nullable LogJournal journal;
    /** Compacted up to here; -1 when never. */
    volatile long cleaned = -1;
    /** Why the log cannot be compacted; null when it can. */
    volatile @Nullable String uncleanable;
    /** Whoever takes away from the log's end, closes or deletes it stops its cleaning first, before any lock. */
    final CleaningGate cleaning = new CleaningGate();
    /** Nothing may be appended or deleted: the log is about to be replaced by a copy of it. Written under writer. */
    volatile boolean held;
    /** When the oldest unforced record was appended, by the broker's clock; -1 when all is forced. */
    volatile long unflushedSinceMs = -1;

    /** Guarded by writer. */
    final ProducerStates producers;

    /**
     * Snapshots taken on a roll and not written yet, by offset; guarded by writer. Writing one also makes the name of the segment that begins there
     * durable: they share the folder.
     */
    final TreeMap<Long, byte[]> pendingSnapshots = new TreeMap<>();

    /** What the checksums' file holds; null when it is not there or not known. Guarded by maintenance. */
    @Nullable
    PartitionSums writtenSums;

    /** Whether checksums vouch for the epochs: then a batch of another epoch is damage. */
    final boolean epochsVouched;

    /** What the leader-epoch-checkpoint holds; guarded by maintenance. */
    LeaderEpochs writtenEpochs;

    LogState(LogEnvironment environment, TopicPartition partition, Path folder, LogConfig config, LoadedLog loaded) {
        this(environment, partition, folder, config, loaded, null);
    }

    LogState(
            LogEnvironment environment,
            TopicPartition partition,
            Path folder,
            LogConfig config,
            LoadedLog loaded,
            @Nullable String notLoaded) {
        this.notLoaded = notLoaded;
        this.environment = environment;
        this.partition = partition;
        this.name = partition.folderName();
        this.folder = folder;
        this.config = config;
        this.segments = loaded.segments();
        this.logStart = loaded.logStart();
        this.logEnd = loaded.logEnd();
        this.highWatermark = loaded.highWatermark();
        this.flushed = loaded.flushed();
        this.epochs = loaded.epochs();
        this.writtenSums = loaded.sums();
        this.epochsVouched = loaded.sums() != null;
        this.writtenEpochs = loaded.writtenEpochs();
        this.producers = loaded.producers();
        this.firstUnstable = producers.firstUnstableOffset(highWatermark);
        FolderJournal shared = environment.journal();
        this.journal = shared != null && config.journaled() ? new LogJournal(shared, this) : null;
    }

    /** What may be committed: everything below would survive what the settings promise, a power cut or only the end of the process. */
    long durableEnd() {
        LogJournal present = journal;
        return present == null ? logEnd : present.durableEnd();
    }

    /** Below, nothing is ever written again, by recovery either: what the cleaner may touch. */
    long settledEnd() {
        LogJournal present = journal;
        return present == null ? flushed : Math.min(flushed, present.recordedOffset());
    }

    /** Why nothing can be done with the log; null when something can. */
    @Nullable
    String unusable() {
        if (environment.health().failure() != null) {
            return "The data folder has failed";
        }
        return closed ? "The log of " + partition + " is closed" : null;
    }

    void requireUsable() {
        String why = unusable();
        if (why != null) {
            throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, why);
        }
    }

    /** Why this partition serves nothing although its folder works; null when it serves. */
    @Nullable
    String offlineReason() {
        return notLoaded == null ? damage : notLoaded;
    }

    /** Whether the start found a whole log: what was appended to it since is to be forced, whatever is found later. */
    boolean isLoaded() {
        return notLoaded == null;
    }

    /** Before an answer to a client: the log is usable, and nothing is known to be wrong with it. */
    void requireServing() {
        String offline = offlineReason();
        if (offline != null) {
            throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, offline);
        }
        requireUsable();
    }

    /** Of a write or force: final for the folder, but for a full disk, and for damage, which is the partition's alone. */
    OttlaException storageError(String doing, IOException trouble) {
        if (trouble instanceof DamagedLogException damaged) {
            return takeOffline(damaged);
        }
        return environment.health().storageError(doing + " of " + partition, trouble);
    }

    /** Of a read: one bad sector is no reason to stop the folder, nor what can still be read of the partition. */
    OttlaException readError(String doing, IOException trouble) {
        if (trouble instanceof DamagedLogException damaged) {
            return takeOffline(damaged);
        }
        LOG.error("Trouble while {} of {}", doing, partition, trouble);
        return new OttlaException(
                ErrorCode.KAFKA_STORAGE_ERROR, "Trouble while " + doing + " of " + partition + ": " + trouble, trouble);
    }

    /** What was durable is not what was written: the partition serves nothing any more, everything else of the folder goes on. */
    OttlaException takeOffline(DamagedLogException found) {
        String reason = String.valueOf(found.getMessage());
        if (damage == null) {
            damage = reason;
            LOG.error("{} goes offline: {}", partition, reason, found);
        }
        return new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, reason, found);
    }

    /** Begins a new segment at the log end; under {@code writer}. */
    Segment roll(long nowMs) throws IOException {
        SegmentNames names = new SegmentNames(folder, logEnd);
        Segment next = new Segment(
                environment.files(), names, SegmentState.fresh(nowMs, environment.rollJitterMs(config)), true);
        if (next.file().acquire() != null) {
            next.file().release();
        }
        pendingSnapshots.put(logEnd, ProducerSnapshot.encode(producers.entries()));
        segments = segments.with(next);
        return next;
    }

    /** Whether the log start is where the first segment begins, so that no checkpoint need remember it. */
    boolean startsAtSegment() {
        return logStart <= segments.first().baseOffset();
    }

    /** Needs no lock, so that the journal's thread never waits for a write to a segment; whether it went up. */
    boolean raiseHighWatermark(long offset) {
        long known = highWatermark;
        while (offset > known) {
            if (HIGH_WATERMARK.compareAndSet(this, known, offset)) {
                return true;
            }
            known = highWatermark;
        }
        return false;
    }

    /** Under {@code writer}, after the high watermark or the transactions have moved. */
    void refreshFirstUnstable() {
        firstUnstable = producers.firstUnstableOffset(highWatermark);
    }
}
