package dev.ottla.log;

import dev.ottla.base.ManyAtOnce;
import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the folders of many partitions that are about to be created, with one force of the volume. */
final class PartitionPreparation {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionPreparation.class);

    private final LogEnvironment environment;
    private final PartitionFolders folders;
    private final FolderLogs logs;
    private final MissingPartitions missing;
    private final VolumeOpening volume;
    /** Whose folders are there for good, with nothing in them yet. */
    private final Set<TopicPartition> prepared = ConcurrentHashMap.newKeySet();

    PartitionPreparation(
            LogEnvironment environment,
            PartitionFolders folders,
            FolderLogs logs,
            MissingPartitions missing,
            VolumeOpening volume) {
        this.environment = environment;
        this.folders = folders;
        this.logs = logs;
        this.missing = missing;
        this.volume = volume;
    }

    void prepare(Collection<TopicPartition> partitions) {
        volume.openFor(logs.size() + partitions.size());
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

    private boolean prepare(TopicPartition partition, Forcing forcing) throws IOException {
        synchronized (logs.lockOf(partition)) {
            boolean itsOwn = logs.inFolderOf(partition) == null && !missing.has(partition);
            if (environment.health().failure() != null
                    || !itsOwn
                    || environment.files().exists(folders.of(partition))) {
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

    /** Whether the partition's folder is there for its creation, which uses it; once. */
    boolean take(TopicPartition partition) {
        return prepared.remove(partition);
    }
}
