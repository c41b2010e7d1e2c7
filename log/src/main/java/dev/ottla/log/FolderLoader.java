package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.ManyAtOnce;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.CleanShutdownMark;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.producer.ProducerStates;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a data folder: lock, clean-shutdown mark, checkpoints, then every partition, several at a time. */
final class FolderLoader {
    private static final Logger LOG = LoggerFactory.getLogger(FolderLoader.class);
    private static final String LOCK = ".lock";

    private final LogEnvironment environment;
    private final Files files;
    private final PartitionFolders folders;
    private final Function<TopicPartition, LogConfig> configs;
    private final ConcurrentHashMap<String, PartitionLog> logs;
    private final boolean clean;
    private final JournalRecovery recovery;
    private final Forcing forcing;
    private final Map<String, Long> recoveryPoints;
    private final Checkpoints.LogStarts logStarts;
    private final Map<String, Long> highWatermarks;
    private final Map<String, Long> cleaned;

    private FolderLoader(
            LogEnvironment environment,
            Function<TopicPartition, LogConfig> configs,
            ConcurrentHashMap<String, PartitionLog> logs,
            boolean clean,
            JournalRecovery recovery,
            Forcing forcing,
            Checkpoints.LogStarts logStarts) {
        this.logStarts = logStarts;
        this.environment = environment;
        this.files = environment.files();
        this.folders = new PartitionFolders(files, environment.settings().folder());
        this.configs = configs;
        this.logs = logs;
        this.clean = clean;
        this.recovery = recovery;
        this.forcing = forcing;
        this.recoveryPoints = environment.checkpoints().read(OffsetCheckpoint.RECOVERY_POINTS);
        this.highWatermarks = environment.checkpoints().read(OffsetCheckpoint.HIGH_WATERMARKS);
        this.cleaned = environment.checkpoints().read(OffsetCheckpoint.CLEANED);
    }

    /** @param threads what the folder closes at its end; null when {@code storage} is somebody else's */
    static LogFolder load(
            FolderSettings settings,
            Function<TopicPartition, LogConfig> configs,
            Files files,
            Clock clock,
            RandomSource random,
            Executor storage,
            @Nullable StorageThreads threads)
            throws IOException {
        Path folder = settings.folder();
        files.createFolders(folder);
        Closeable lock = files.tryLock(folder.resolve(LOCK));
        if (lock == null) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR, "The data folder " + folder + " is held by another process");
        }
        FolderVolume volume = new FolderVolume(files, folder);
        try {
            ConcurrentHashMap<String, PartitionLog> logs = new ConcurrentHashMap<>();
            FolderHealth health = new FolderHealth();
            Ballast ballast = new Ballast(files, folder, RandomSource.secure()::nextLong);
            Checkpoints checkpoints = new Checkpoints(files, folder, logs::values, ballast);
            JournalRecovery recovery = JournalRecovery.open(settings, files, health);
            FolderJournal journal = recovery.shared(logs::values, checkpoints, health, ballast);
            LogEnvironment environment = new LogEnvironment(
                    settings,
                    files,
                    clock,
                    random,
                    storage,
                    health,
                    new DelayedDeletes(files),
                    checkpoints,
                    volume,
                    ballast,
                    journal);
            List<Path> found = partitionFolders(files, folder);
            boolean many = volume.isWanted(found.size());
            if (many) {
                volume.begin();
            }
            CleanStart start = takeMark(files, folder, !hasFolder(files, found));
            boolean clean = recovery.read(start.clean());
            if (!clean && many) {
                volume.await();
                volume.rely();
            }
            ForcedTogether together = clean ? null : volume.together(found.size());
            Forcing forcing = together == null ? new ForcedEach(files) : together;
            FolderLoader loader = new FolderLoader(
                    environment, configs, logs, clean, recovery, forcing, checkpoints.readLogStarts(start.clean()));
            ManyAtOnce.forEach(settings.partitionsAtOnce(), found, loader::open);
            recovery.replay(logs.values(), forcing);
            if (together != null) {
                together.finish();
            }
            if (many) {
                volume.await();
                volume.rely();
            }
            checkpoints.writeAll();
            recovery.start(threads == null ? null : journalThread(folder), storage);
            CleanStart opened = new CleanStart(clean, start.brokerEpoch());
            return new LogFolder(environment, logs, lock, opened, recovery, threads);
        } catch (IOException | RuntimeException failure) {
            try (lock) {
                volume.close();
            } catch (IOException | RuntimeException again) {
                failure.addSuppressed(again);
            }
            throw failure;
        }
    }

    private static ThreadFactory journalThread(Path folder) {
        return work -> Thread.ofPlatform()
                .daemon(true)
                .name("ottla-journal-" + folder.getFileName())
                .unstarted(work);
    }

    private static List<Path> partitionFolders(Files files, Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path path : files.list(folder)) {
            // Whether a live one is a folder is seen when it is opened: to ask of each takes long.
            if (PartitionFolders.looksLive(path) || (PartitionFolders.isDeleted(path) && files.isFolder(path))) {
                found.add(path);
            }
        }
        return found;
    }

    private static boolean hasFolder(Files files, List<Path> found) throws IOException {
        for (Path path : found) {
            if (files.isFolder(path)) {
                return true;
            }
        }
        return false;
    }

    /** Reads the clean-shutdown mark and removes it, durably, before any log is opened (S1). */
    private static CleanStart takeMark(Files files, Path folder, boolean empty) throws IOException {
        Path mark = folder.resolve(CleanShutdownMark.FILE);
        if (!files.exists(mark)) {
            return new CleanStart(empty, -1);
        }
        long brokerEpoch = CleanShutdownMark.brokerEpoch(files.readAll(mark));
        files.deleteIfExists(mark);
        files.forceFolder(folder);
        return new CleanStart(true, brokerEpoch);
    }

    private void open(Path path) throws IOException {
        if (PartitionFolders.isDeleted(path)) {
            long nowMs = environment.clock().wallMs();
            environment.deletes().add(new DelayedDeletes.Delete(nowMs, List.of(path), List.of()));
            return;
        }
        FolderListing found = listed(path);
        if (found == null) {
            return;
        }
        TopicPartition partition;
        PartitionSums sums = PartitionSums.read(files, found);
        try {
            partition = folders.identify(path, sums);
        } catch (IOException unknown) {
            if (folders.isHalfMade(path)) {
                LOG.info("Removing {}, whose creation a crash cut short", path);
                files.deleteTree(path);
                return;
            }
            Path away = folders.renameAway(
                    path,
                    PartitionFolders.STRAY,
                    environment.randomLong(),
                    environment.randomLong(),
                    environment.ballast());
            LOG.error("Cannot tell whose folder {} is; it was set aside as {}", path, away, unknown);
            return;
        }
        if (partition != null) {
            PartitionLog log = load(partition, found, logStarts.vouched() ? sums : null);
            logs.put(log.state().name, log);
        }
    }

    /** Null for what has a partition's name and is no folder. */
    private @Nullable FolderListing listed(Path path) throws IOException {
        try {
            return FolderListing.read(files, path);
        } catch (IOException trouble) {
            if (files.isFolder(path)) {
                throw trouble;
            }
            return null;
        }
    }

    private PartitionLog load(TopicPartition partition, FolderListing found, @Nullable PartitionSums sums)
            throws IOException {
        Path path = found.folder();
        LogConfig config = configs.apply(partition);
        String name = partition.folderName();
        long recoveryPoint = recoveryPoints.getOrDefault(name, 0L);
        long logStart = logStarts.offsets().getOrDefault(name, 0L);
        long highWatermark = highWatermarks.getOrDefault(name, 0L);
        try {
            LogLoader loader = new LogLoader(environment, partition, path, config, forcing).expecting(sums);
            LoadedLog loaded = loader.load(loadFrom(partition, recoveryPoint, logStart, highWatermark), found);
            LogState state = new LogState(environment, partition, path, config, loaded);
            state.cleaned = cleaned.getOrDefault(name, -1L);
            return new PartitionLog(state);
        } catch (DamagedLogException | EOFException damage) {
            LOG.error("{} is offline: {}", partition, damage.getMessage(), damage);
            environment.checkpoints().keep(OffsetCheckpoint.RECOVERY_POINTS, name, recoveryPoint);
            environment.checkpoints().keep(OffsetCheckpoint.LOG_STARTS, name, logStart);
            if (!logStarts.vouched()) {
                environment.checkpoints().distrustLogStarts();
            }
            environment.checkpoints().keep(OffsetCheckpoint.HIGH_WATERMARKS, name, highWatermark);
            if (cleaned.containsKey(name)) {
                environment.checkpoints().keep(OffsetCheckpoint.CLEANED, name, cleaned.get(name));
            }
            return new PartitionLog(new LogState(
                    environment, partition, path, config, nothing(path), String.valueOf(damage.getMessage())));
        }
    }

    private LoadFrom loadFrom(TopicPartition partition, long recoveryPoint, long logStart, long highWatermark)
            throws IOException {
        ReplayPlan plan = recovery.planOf(partition);
        if (plan == null) {
            return LoadFrom.segments(clean, recoveryPoint, logStart, logStarts.vouched(), highWatermark);
        }
        if (!logStarts.vouched() && logStart > plan.end()) {
            throw SegmentChecks.startBeyondEnd(partition, logStart, plan.end());
        }
        return LoadFrom.journal(plan, logStart, logStarts.vouched(), highWatermark);
    }

    private LoadedLog nothing(Path path) {
        Segment none = new Segment(files, new SegmentNames(path, 0), SegmentState.fresh(0, 0), false);
        return new LoadedLog(
                new SegmentList(List.of(none)),
                0,
                0,
                0,
                0,
                LeaderEpochs.EMPTY,
                LeaderEpochs.EMPTY,
                new ProducerStates(),
                null);
    }
}
