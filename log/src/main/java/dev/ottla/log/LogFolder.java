package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.journal.JournalStats;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One data folder (an entry of log.dirs): the logs in it, their checkpoints, and the storage threads that force, roll, retain and delete.
 * Once a force or write has failed, the whole folder is failed for good (S5): everything answers KAFKA_STORAGE_ERROR until a restart.
 */
public final class LogFolder {
    private static final long TICK_MS = 250;

    private final LogEnvironment environment;
    private final FolderLogs logs;
    private final CleanStart start;
    private final FolderDuties duties;
    private final FutureLogs futures;
    private final PartitionPreparation preparation;
    private final PartitionCreation creation;
    private final PartitionRemoval removal;
    private final FolderCloser closer;
    private final @Nullable StorageThreads threads;

    LogFolder(
            LogEnvironment environment,
            ConcurrentHashMap<String, PartitionLog> loaded,
            Closeable lock,
            CleanStart start,
            JournalRecovery recovery,
            @Nullable StorageThreads threads) {
        this.environment = environment;
        this.logs = new FolderLogs(loaded);
        this.start = start;
        this.threads = threads;
        this.duties = new FolderDuties(environment, logs::all);
        this.futures = new FutureLogs(environment);
        this.closer = new FolderCloser(environment, logs, lock);
        PartitionFolders folders =
                new PartitionFolders(environment.files(), environment.settings().folder());
        MissingPartitions missing = new MissingPartitions(environment.health(), recovery);
        VolumeOpening volume = new VolumeOpening(environment, logs);
        this.preparation = new PartitionPreparation(environment, folders, logs, missing, volume);
        this.creation = new PartitionCreation(environment, folders, logs, missing, volume, preparation, futures);
        this.removal = new PartitionRemoval(environment, folders, logs, missing);
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
        return creation.create(partition, config);
    }

    /**
     * Makes the folders of partitions that are about to be {@link #create created}, durably and together, where that is cheaper than one by one;
     * trouble shows when they are created. Blocks.
     */
    public void prepare(Collection<TopicPartition> partitions) {
        preparation.prepare(partitions);
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
        return creation.adopt(partition, config, clean);
    }

    /** Lets a partition go whose home is another folder now: it leaves the journal, durably, and is deleted. Blocks. */
    public void release(TopicPartition partition) {
        delete(partition);
    }

    /** Null when there is none. */
    public @Nullable PartitionLog get(TopicPartition partition) {
        return logs.get(partition);
    }

    /** All logs, those that are offline included. */
    public List<PartitionLog> logs() {
        return List.copyOf(logs.all());
    }

    /**
     * Deletes a partition: its folder is renamed durably before this returns, its files go after file.delete.delay.ms and not before the last
     * reader has let go. Nothing happens when there is none. Blocks.
     */
    public void delete(TopicPartition partition) {
        removal.delete(partition);
    }

    /** Sets a partition that the metadata does not know aside, renamed to {@code -stray}, kept for a person to judge. Blocks. */
    public void setAside(TopicPartition partition) {
        removal.setAside(partition);
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
            return environment.files().usableBytes(path());
        } catch (IOException trouble) {
            throw environment.health().storageError("asking for the free room", trouble);
        }
    }

    public long totalBytes() {
        try {
            return environment.files().totalBytes(path());
        } catch (IOException trouble) {
            throw environment.health().storageError("asking for the volume's size", trouble);
        }
    }

    /** Writes the recovery points, log starts and high watermarks now. Blocks. */
    public void checkpoint() {
        environment.health().requireWorking();
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
        closer.close(brokerEpoch);
    }
}
