package dev.ottla.broker;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.config.BrokerSettings;
import dev.ottla.controller.LocalMetadataLog;
import dev.ottla.log.CompactionSettings;
import dev.ottla.log.FolderSettings;
import dev.ottla.log.LogConfig;
import dev.ottla.log.LogFolder;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.metadata.config.EffectiveConfigs;
import dev.ottla.replication.DataFolder;
import dev.ottla.replication.DataFolders;
import dev.ottla.replication.PartitionSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the data folders and opens what is in them. */
final class Storage {
    /** Beside the partitions' folders; no partition can be called so. */
    static final String METADATA_FOLDER = "ottla-metadata";

    private static final String LOCK_FILE = ".lock";
    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

    private final BrokerPorts ports;
    private final Path metadataHome;
    private final List<Path> folders;

    Storage(BrokerPorts ports, BrokerSettings settings) {
        this.ports = ports;
        this.metadataHome = settings.metadataFolder();
        this.folders = settings.dataFolders();
    }

    Path metadataFolder() {
        return metadataHome.resolve(METADATA_FOLDER);
    }

    /**
     * Takes the metadata for this process, before anything else is looked at.
     *
     * @throws OttlaException KAFKA_STORAGE_ERROR when another process has it
     */
    Closeable lockMetadata() throws IOException {
        ports.files().createFolders(metadataFolder());
        Closeable lock = ports.files().tryLock(metadataFolder().resolve(LOCK_FILE));
        if (lock == null) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    "Data folder " + metadataHome + " is in use by another broker; stop it, or choose another folder");
        }
        return lock;
    }

    /** Opens the metadata log; one that should be there and is not is an error, since without it every topic would seem deleted. */
    LocalMetadataLog openMetadataLog(FolderIdentities identities) throws IOException {
        Path used = identities.usedBefore();
        if (used != null && !LocalMetadataLog.exists(ports.files(), metadataFolder())) {
            throw new IOException("The metadata log in " + metadataFolder() + " is missing, though " + used
                    + " has been used before; restore it, " + elsewhere() + "or move the folder away to start anew");
        }
        LocalMetadataLog log = LocalMetadataLog.open(ports.files(), metadataFolder());
        // The log comes before meta.properties: a folder with the latter and without the former has lost something.
        identities.write(ports.files(), metadataHome);
        return log;
    }

    /** Whoever puts another folder first in log.dirs is told where the metadata is. */
    private String elsewhere() throws IOException {
        for (Path folder : folders) {
            if (LocalMetadataLog.exists(ports.files(), folder.resolve(METADATA_FOLDER))) {
                return "or set metadata.log.dir=" + folder + ", where there is one, ";
            }
        }
        return "";
    }

    /**
     * Opens the data folders one after another; each recovers its partitions in parallel. One that cannot be opened counts as failed.
     *
     * @throws IOException when none can be opened, or not the one with the metadata
     */
    DataFolders openLogs(
            BrokerSettings settings,
            FolderIdentities identities,
            ClusterImage image,
            LongSupplier brokerEpoch,
            Closers closers)
            throws IOException {
        List<DataFolder> all = new ArrayList<>();
        for (Path path : folders) {
            DirectoryId id = identities.directoryIds().get(path);
            all.add(
                    id == null
                            ? new DataFolder(path, null, null)
                            : open(path, id, settings, identities, image, brokerEpoch, closers));
        }
        DataFolders opened = new DataFolders(all);
        if (opened.opened().isEmpty()) {
            throw new IOException("No data folder can be opened; the broker's log says why");
        }
        return opened;
    }

    private DataFolder open(
            Path path,
            DirectoryId id,
            BrokerSettings settings,
            FolderIdentities identities,
            ClusterImage image,
            LongSupplier brokerEpoch,
            Closers closers)
            throws IOException {
        int nodeId = settings.nodeId().orElseThrow();
        EffectiveConfigs effective = EffectiveConfigs.of(image, nodeId, settings.staticConfigs());
        Map<Map<String, String>, LogConfig> known = new ConcurrentHashMap<>();
        try {
            LogFolder folder = LogFolder.open(
                    folderSettings(path, settings.values()),
                    partition -> known.computeIfAbsent(
                            image.topicConfigs(partition.topic()),
                            own -> PartitionSettings.of(effective.topic(own)).log()),
                    ports.files(),
                    ports.clock(),
                    ports.random());
            closers.add("data folder " + path, () -> folder.close(brokerEpoch.getAsLong()));
            identities.write(ports.files(), path);
            return DataFolder.open(id, folder);
        } catch (FolderConflictException refused) {
            throw refused;
        } catch (IOException trouble) {
            if (path.equals(metadataHome) || folders.size() == 1) {
                throw trouble;
            }
            LOG.error("Data folder {} cannot be opened, its partitions are offline", path, trouble);
            return new DataFolder(path, id, null);
        }
    }

    /** Tells when nothing can be served any more: the folder with the metadata has failed, or all have. */
    void onLoss(DataFolders opened, Consumer<String> lost) {
        AtomicLong working = new AtomicLong(opened.opened().size());
        for (LogFolder folder : opened.opened()) {
            folder.onFailure(reason -> {
                if (working.decrementAndGet() == 0 || folder.path().equals(metadataHome)) {
                    lost.accept("Data folder " + folder.path() + " has failed: " + reason);
                }
            });
        }
    }

    static CompactionSettings compactionSettings(ConfigValues values) {
        return new CompactionSettings(
                values.booleanOf("log.cleaner.enable"),
                values.intOf("log.cleaner.threads"),
                values.longOf("log.cleaner.dedupe.buffer.size"),
                values.doubleOf("log.cleaner.io.buffer.load.factor"),
                values.intOf("log.cleaner.io.buffer.size"),
                values.doubleOf("log.cleaner.io.max.bytes.per.second"),
                values.longOf("log.cleaner.backoff.ms"));
    }

    private static FolderSettings folderSettings(Path path, ConfigValues values) {
        FolderSettings defaults = FolderSettings.defaults(path);
        return new FolderSettings(
                path,
                values.intOf("num.recovery.threads.per.data.dir"),
                defaults.storageThreads(),
                values.longOf("log.retention.check.interval.ms"),
                values.intOf("log.flush.offset.checkpoint.interval.ms"),
                values.longOf("replica.high.watermark.checkpoint.interval.ms"),
                values.intOf("producer.id.expiration.ms"),
                values.intOf("producer.id.expiration.check.interval.ms"),
                defaults.idleCloseMs(),
                values.longOf("ottla.journal.max.bytes"));
    }
}
