package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How partitions come into a data folder in use: new ones, and those of which it has a complete copy. */
final class PartitionCreation {
    private final LogEnvironment environment;
    private final PartitionFolders folders;
    private final FolderLogs logs;
    private final MissingPartitions missing;
    private final VolumeOpening volume;
    private final PartitionPreparation preparation;
    private final FutureLogs futures;

    PartitionCreation(
            LogEnvironment environment,
            PartitionFolders folders,
            FolderLogs logs,
            MissingPartitions missing,
            VolumeOpening volume,
            PartitionPreparation preparation,
            FutureLogs futures) {
        this.environment = environment;
        this.folders = folders;
        this.logs = logs;
        this.missing = missing;
        this.volume = volume;
        this.preparation = preparation;
        this.futures = futures;
    }

    PartitionLog create(TopicPartition partition, LogConfig config) {
        synchronized (logs.lockOf(partition)) {
            PartitionLog present = present(partition);
            if (present != null) {
                return present;
            }
            volume.openFor(logs.size() + 1);
            environment.health().requireWorking();
            requireNotMissing(partition);
            try {
                return createNew(partition, config);
            } catch (IOException trouble) {
                throw environment.health().storageError("creating " + partition, trouble);
            }
        }
    }

    private @Nullable PartitionLog present(TopicPartition partition) {
        PartitionLog present = logs.inFolderOf(partition);
        if (present != null && !present.topicPartition().equals(partition)) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    "The folder of " + partition + " belongs to topic id "
                            + present.topicPartition().topicId() + " still");
        }
        return present;
    }

    private void requireNotMissing(TopicPartition partition) {
        if (missing.has(partition)) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    "The folder of " + partition + " is missing from "
                            + environment.settings().folder()
                            + ", though it had records: bring it back and start again, or delete the topic");
        }
    }

    private PartitionLog createNew(TopicPartition partition, LogConfig config) throws IOException {
        environment.checkpoints().forget(partition.folderName());
        Path path = folders.of(partition);
        if (!preparation.take(partition)) {
            folders.create(partition, new ForcedEach(environment.files()));
        }
        SegmentState fresh = SegmentState.fresh(environment.clock().wallMs(), environment.rollJitterMs(config));
        LoadedLog loaded = LoadedLog.fresh(new Segment(environment.files(), new SegmentNames(path, 0), fresh, true));
        PartitionLog log = new PartitionLog(new LogState(environment, partition, path, config, loaded));
        log.journaling().joinNew();
        logs.put(log);
        return log;
    }

    PartitionLog adopt(TopicPartition partition, LogConfig config, boolean clean) {
        synchronized (logs.lockOf(partition)) {
            PartitionLog present = logs.get(partition);
            if (present != null) {
                return present;
            }
            volume.openFor(logs.size() + 1);
            environment.health().requireWorking();
            try {
                return adoptCopy(partition, config, clean);
            } catch (IOException trouble) {
                throw environment.health().storageError("adopting " + partition, trouble);
            }
        }
    }

    private PartitionLog adoptCopy(TopicPartition partition, LogConfig config, boolean clean) throws IOException {
        Path path = folders.of(partition);
        if (environment.files().exists(path)) {
            throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The folder " + path + " is in the way of a copy");
        }
        long logStart = futures.rename(partition, path);
        LogLoader loader = new LogLoader(environment, partition, path, config);
        LoadedLog loaded = loader.load(LoadFrom.segments(clean, 0, logStart, true, Long.MAX_VALUE));
        PartitionLog log = new PartitionLog(new LogState(environment, partition, path, config, loaded));
        log.journaling().joinNew();
        environment.checkpoints().release(partition.folderName());
        logs.put(log);
        return log;
    }
}
