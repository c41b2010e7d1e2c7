package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.ManyAtOnce;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.CleanShutdownMark;
import dev.ottla.log.journal.JournalStats;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data folder (an entry of log.dirs): the logs in it, their checkpoints, and the storage threads that force, roll, retain and delete.
 * Once a force or write has failed, the whole folder is failed for good (S5): everything answers KAFKA_STORAGE_ERROR until a restart.
 */
public final class LogFolder {
    private static final Logger LOG = LoggerFactory.getLogger(LogFolder.class);
    private static final long TICK_MS = 250;
    private static final int CREATE_LOCKS = 64;

    private final LogEnvironment environment;
    private final Files files;
    private final PartitionFolders folders;
    private final ConcurrentHashMap<String, PartitionLog> logs;
    private final Object[] createLocks = new Object[CREATE_LOCKS];
    private final Closeable lock;
    private final CleanStart start;
    private final KeptJournals kept;
    private final Set<ReplayPlan.Key> missing;
    /** Whose folders are there for good, with nothing in them yet. */
    private final Set<TopicPartition> prepared = ConcurrentHashMap.newKeySet();

    private final FolderDuties duties;
    private final FutureLogs futures;
    private final @Nullable StorageThreads threads;

    LogFolder(
            LogEnvironment environment,
            ConcurrentHashMap<String, PartitionLog> logs,
            Closeable lock,
            CleanStart start,
            JournalRecovery recovery,
            @Nullable StorageThreads threads) {
        this.environment = environment;
        this.files = environment.files();
        this.folders = new PartitionFolders(files, environment.settings().folder());
        this.logs = logs;
        this.lock = lock;
        this.start = start;
        this.kept = recovery.kept();
        this.missing = ConcurrentHashMap.newKeySet();
        missing.addAll(recovery.missing());
        this.threads = threads;
        this.duties = new FolderDuties(environment, logs::values);
        this.futures = new FutureLogs(environment);
        Arrays.setAll(createLocks, i -> new Object());
    }

    /**
     * Takes the folder for this process (creating it), removes the clean-shutdown mark, loads every partition in parallel, recovering those
     * that were not closed cleanly, and starts the periodic work. Blocks until all that is done.
     *
     * @param configs the settings of a partition that is found
     * @throws IOException when the folder cannot be used
     * @throws dev.ottla.base.OttlaException KAFKA_STORAGE_ERROR when another process holds it
     */
    public static LogFolder open(
            FolderSettings settings,
            Function<TopicPartition, LogConfig> configs,
            Files files,
            Clock clock,
            RandomSource random)
            throws IOException {
        StorageThreads threads = new StorageThreads(settings.folder(), settings.storageThreads());
        try {
            LogFolder folder = FolderLoader.load(settings, configs, files, clock, random, threads, threads);
            threads.every(TICK_MS, folder::tick);
            return folder;
        } catch (IOException | RuntimeException failure) {
            threads.finish();
            throw failure;
        }
    }

    /** Does what is due; the folder's own threads call it. */
    void tick() {
        duties.tick();
    }

    public Path path() {
        return environment.settings().folder();
    }

    /** Whether the last process to hold the folder closed it in order. A first start counts as clean. */
    public boolean startedClean() {
        return start.clean();
    }

    /** The broker epoch that the last clean close left; -1 when there is none. */
    public long previousBrokerEpoch() {
        return start.brokerEpoch();
    }

    /** Creates a partition's folder and its first segment, durably. Blocks. The log that is there already, when there is one. */
    public PartitionLog create(TopicPartition partition, LogConfig config) {
        synchronized (createLocks[stripe(partition)]) {
            PartitionLog present = logs.get(partition.folderName());
            if (present != null) {
                if (present.topicPartition().equals(partition)) {
                    return present;
                }
                throw new OttlaException(
                        ErrorCode.KAFKA_STORAGE_ERROR,
                        "The folder of " + partition + " belongs to topic id "
                                + present.topicPartition().topicId() + " still");
            }
            openVolumeFor(logs.size() + 1);
            requireWorking();
            if (missing.contains(keyOf(partition))) {
                throw new OttlaException(
                        ErrorCode.KAFKA_STORAGE_ERROR,
                        "The folder of " + partition + " is missing from " + path()
                                + ", though it had records: bring it back and start again, or delete the topic");
            }
            try {
                environment.checkpoints().forget(partition.folderName());
                Path path = folders.of(partition);
                if (!prepared.remove(partition)) {
                    folders.create(partition, new ForcedEach(files));
                }
                SegmentState fresh = SegmentState.fresh(environment.clock().wallMs(), environment.rollJitterMs(config));
                LoadedLog loaded = LoadedLog.fresh(new Segment(files, new SegmentNames(path, 0), fresh, true));
                PartitionLog log = new PartitionLog(new LogState(environment, partition, path, config, loaded));
                log.journaling().joinNew();
                logs.put(partition.folderName(), log);
                return log;
            } catch (IOException trouble) {
                throw environment.health().storageError("creating " + partition, trouble);
            }
        }
    }

    /**
     * Makes the folders of partitions that are about to be {@link #create created}, durably and together, where that is cheaper than one by one;
     * trouble shows when they are created. Blocks.
     */
    public void prepare(Collection<TopicPartition> partitions) {
        openVolumeFor(logs.size() + partitions.size());
        ForcedTogether together =
                partitions.isEmpty() ? null : environment.volume().together(partitions.size());
        if (together == null) {
            return;
        }
        Set<TopicPartition> made = ConcurrentHashMap.newKeySet();
        try {
            ManyAtOnce.forEach(environment.settings().partitionsAtOnce(), partitions, partition -> {
                if (prepare(partition, together)) {
                    made.add(partition);
                }
            });
            together.finish();
            prepared.addAll(made);
        } catch (IOException trouble) {
            environment.health().storageError("creating " + partitions.size() + " partitions", trouble);
            made.forEach(this::unprepare);
        }
    }

    /** What the logs have that are there already was written before the volume is opened. */
    private void openVolumeFor(int count) {
        FolderVolume volume = environment.volume();
        if (!volume.isWanted(count)) {
            return;
        }
        try {
            volume.relyAfter(() -> ManyAtOnce.forEach(
                    environment.settings().partitionsAtOnce(), logs.values(), LogFolder::forceLoaded));
        } catch (OttlaException told) {
            LOG.warn(
                    "The volume of {} is not forced as a whole yet, since a log could not be forced before",
                    path(),
                    told);
        }
    }

    /** Also one that went offline while it was served: what was appended to it is forced later, with the others. */
    private static void forceLoaded(PartitionLog log) {
        if (!log.state().isLoaded()) {
            return;
        }
        try {
            log.flush();
        } catch (OttlaException trouble) {
            boolean deleted = log.state().closed;
            if (!deleted) {
                throw trouble;
            }
        }
    }

    private boolean prepare(TopicPartition partition, Forcing forcing) throws IOException {
        synchronized (createLocks[stripe(partition)]) {
            Path path = folders.of(partition);
            boolean itsOwn = logs.get(partition.folderName()) == null && !missing.contains(keyOf(partition));
            if (failure() != null || !itsOwn || files.exists(path)) {
                return false;
            }
            try {
                folders.create(partition, forcing);
            } catch (IOException trouble) {
                folders.remove(partition);
                throw trouble;
            }
            return true;
        }
    }

    private void unprepare(TopicPartition partition) {
        try {
            folders.remove(partition);
        } catch (IOException trouble) {
            LOG.warn("Cannot remove the unused folder of {}", partition, trouble);
        }
    }

    private static int stripe(TopicPartition partition) {
        return Math.floorMod(partition.folderName().hashCode(), CREATE_LOCKS);
    }

    /** The copies of other folders' logs that grow here. */
    public FutureLogs futures() {
        return futures;
    }

    /**
     * Makes a complete copy the partition's log, durably: the metadata has this folder for its home. Blocks. The log that is there already,
     * when there is one.
     *
     * @param clean whether the copy was finished by this process, so that it need not be recovered
     * @throws OttlaException KAFKA_STORAGE_ERROR also when there is no complete copy
     */
    public PartitionLog adopt(TopicPartition partition, LogConfig config, boolean clean) {
        synchronized (createLocks[stripe(partition)]) {
            PartitionLog present = logs.get(partition.folderName());
            if (present != null && present.topicPartition().equals(partition)) {
                return present;
            }
            openVolumeFor(logs.size() + 1);
            requireWorking();
            try {
                Path path = folders.of(partition);
                if (files.exists(path)) {
                    throw new OttlaException(
                            ErrorCode.KAFKA_STORAGE_ERROR, "The folder " + path + " is in the way of a copy");
                }
                long logStart = futures.rename(partition, path);
                LogLoader loader = new LogLoader(environment, partition, path, config);
                LoadedLog loaded = loader.load(LoadFrom.segments(clean, 0, logStart, true, Long.MAX_VALUE));
                PartitionLog log = new PartitionLog(new LogState(environment, partition, path, config, loaded));
                log.journaling().joinNew();
                environment.checkpoints().release(partition.folderName());
                logs.put(partition.folderName(), log);
                return log;
            } catch (IOException trouble) {
                throw environment.health().storageError("adopting " + partition, trouble);
            }
        }
    }

    /** Lets a partition go whose home is another folder now: it leaves the journal, durably, and is deleted. Blocks. */
    public void release(TopicPartition partition) {
        delete(partition);
    }

    /** Null when there is none. */
    public @Nullable PartitionLog get(TopicPartition partition) {
        PartitionLog log = logs.get(partition.folderName());
        return log != null && log.topicPartition().equals(partition) ? log : null;
    }

    /** All logs, those that are offline included. */
    public List<PartitionLog> logs() {
        return List.copyOf(logs.values());
    }

    /**
     * Deletes a partition: its folder is renamed durably before this returns, its files go after file.delete.delay.ms and not before the last
     * reader has let go. Nothing happens when there is none. Blocks.
     */
    public void delete(TopicPartition partition) {
        takeAway(partition, PartitionFolders.DELETE);
    }

    /** Sets a partition that the metadata does not know aside, renamed to {@code -stray}, kept for a person to judge. Blocks. */
    public void setAside(TopicPartition partition) {
        takeAway(partition, PartitionFolders.STRAY);
    }

    /** Told whenever the journal has made something durable, or can take more again; on the journal's thread, must not block. */
    public void onProgress(Runnable listener) {
        FolderJournal journal = environment.journal();
        if (journal != null) {
            journal.onProgress(listener);
        }
    }

    /** Forces everything and lets the journal forget it. Blocks. */
    void checkpointJournal() throws IOException {
        FolderJournal journal = environment.journal();
        if (journal != null) {
            journal.checkpoint(Long.MAX_VALUE, environment.clock().wallMs());
        }
    }

    /** For a folder without threads: does what the journal's would do. */
    void commitJournal() throws IOException {
        FolderJournal journal = environment.journal();
        if (journal != null) {
            journal.commit();
        }
    }

    /** Null for a folder without a journal. */
    public @Nullable JournalStats journalStats() {
        FolderJournal journal = environment.journal();
        return journal == null ? null : journal.stats();
    }

    /** Why the folder is failed; null while it works. */
    public @Nullable String failure() {
        return environment.health().failure();
    }

    /** Called once with the reason when the folder fails, on the thread that found out; at once when it has failed already. */
    public void onFailure(Consumer<String> listener) {
        environment.health().onFailure(listener);
    }

    /** Called whenever the disk has room after a time when it had none, on a storage thread; what failed for want of room may be tried again. */
    public void onRoom(Runnable listener) {
        environment.health().onRoom(listener);
    }

    public long usableBytes() {
        try {
            return files.usableBytes(path());
        } catch (IOException trouble) {
            throw environment.health().storageError("asking for the free room", trouble);
        }
    }

    public long totalBytes() {
        try {
            return files.totalBytes(path());
        } catch (IOException trouble) {
            throw environment.health().storageError("asking for the volume's size", trouble);
        }
    }

    /** Writes the recovery points, log starts and high watermarks now. Blocks. */
    public void checkpoint() {
        requireWorking();
        try {
            environment.checkpoints().writeAll();
        } catch (IOException trouble) {
            throw environment.health().storageError("writing checkpoints", trouble);
        }
    }

    /**
     * Forces and closes every log, writes checkpoints and snapshots and, last, the clean-shutdown mark; lets the folder go. A failed folder
     * gets no mark. Blocks.
     *
     * @param brokerEpoch goes into the mark; -1 when there is none
     */
    public void close(long brokerEpoch) {
        if (threads != null) {
            threads.finish();
        }
        try {
            ManyLogs.close(environment, logs.values());
            FolderJournal journal = environment.journal();
            if (journal != null) {
                journal.close(failure() == null);
            }
            if (failure() == null) {
                environment.checkpoints().close();
                files.replace(path().resolve(CleanShutdownMark.FILE), CleanShutdownMark.encode(brokerEpoch));
            }
        } catch (IOException trouble) {
            LOG.error("The data folder {} was not closed cleanly; the next start recovers it", path(), trouble);
        } finally {
            logs.values().forEach(log -> log.closer().abandon());
            letGo();
        }
    }

    private void takeAway(TopicPartition partition, String suffix) {
        synchronized (createLocks[stripe(partition)]) {
            PartitionLog log = get(partition);
            if (log == null) {
                forgetMissing(partition);
                return;
            }
            logs.remove(partition.folderName());
            long delayMs = log.config().fileDeleteDelayMs();
            log.journaling().leaveForGood();
            if (suffix.equals(PartitionFolders.DELETE)) {
                forgetKept(partition);
            }
            List<Segment> segments = log.closer().abandon();
            requireWorking();
            try {
                Path away = folders.renameAway(
                        folders.of(partition),
                        suffix,
                        environment.randomLong(),
                        environment.randomLong(),
                        environment.ballast());
                if (suffix.equals(PartitionFolders.DELETE)) {
                    long dueMs = environment.clock().wallMs() + delayMs;
                    environment.deletes().add(new DelayedDeletes.Delete(dueMs, List.of(away), segments));
                }
            } catch (IOException trouble) {
                throw environment.health().storageError("renaming the folder of " + partition, trouble);
            }
        }
    }

    private static ReplayPlan.Key keyOf(TopicPartition partition) {
        return new ReplayPlan.Key(partition.topicId(), partition.partition());
    }

    private void forgetMissing(TopicPartition partition) {
        if (missing.remove(keyOf(partition))) {
            forgetKept(partition);
        }
    }

    private void forgetKept(TopicPartition partition) {
        try {
            kept.drop(keyOf(partition));
        } catch (IOException trouble) {
            throw environment.health().storageError("forgetting what was kept of " + partition, trouble);
        }
    }

    private void letGo() {
        try (lock) {
            environment.volume().close();
        } catch (IOException trouble) {
            LOG.warn("Cannot let the lock of {} go", path(), trouble);
        }
    }

    private void requireWorking() {
        if (failure() != null) {
            throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The data folder has failed");
        }
    }
}
