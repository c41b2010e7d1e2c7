package dev.ottla.log;

import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How partitions leave a data folder in use: deleted, or set aside. */
final class PartitionRemoval {
    private final LogEnvironment environment;
    private final PartitionFolders folders;
    private final FolderLogs logs;
    private final MissingPartitions missing;

    PartitionRemoval(LogEnvironment environment, PartitionFolders folders, FolderLogs logs, MissingPartitions missing) {
        this.environment = environment;
        this.folders = folders;
        this.logs = logs;
        this.missing = missing;
    }

    void delete(TopicPartition partition) {
        takeAway(partition, PartitionFolders.DELETE);
    }

    void setAside(TopicPartition partition) {
        takeAway(partition, PartitionFolders.STRAY);
    }

    private void takeAway(TopicPartition partition, String suffix) {
        synchronized (logs.lockOf(partition)) {
            PartitionLog log = logs.get(partition);
            if (log == null) {
                missing.forget(partition);
                return;
            }
            logs.remove(partition);
            long delayMs = log.config().fileDeleteDelayMs();
            log.journaling().leaveForGood();
            if (suffix.equals(PartitionFolders.DELETE)) {
                missing.forgetKept(partition);
            }
            List<Segment> segments = log.closer().abandon();
            environment.health().requireWorking();
            try {
                Path away = renameAway(partition, suffix);
                if (suffix.equals(PartitionFolders.DELETE)) {
                    long dueMs = environment.clock().wallMs() + delayMs;
                    environment.deletes().add(new DelayedDeletes.Delete(dueMs, List.of(away), segments));
                }
            } catch (IOException trouble) {
                throw environment.health().storageError("renaming the folder of " + partition, trouble);
            }
        }
    }

    private Path renameAway(TopicPartition partition, String suffix) throws IOException {
        return folders.renameAway(
                folders.of(partition),
                suffix,
                environment.randomLong(),
                environment.randomLong(),
                environment.ballast());
    }
}
