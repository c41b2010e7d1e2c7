package dev.ottla.log;

import dev.ottla.base.TopicPartition;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The logs of a data folder, those that are offline included, and the locks under which their folders come and go. */
final class FolderLogs {
    private static final int LOCKS = 64;

    private final ConcurrentHashMap<String, PartitionLog> logs;
    private final Object[] locks = new Object[LOCKS];

    /** @param logs by the names of their folders */
    FolderLogs(ConcurrentHashMap<String, PartitionLog> logs) {
        this.logs = logs;
        Arrays.setAll(locks, i -> new Object());
    }

    /** Others may have the same one. */
    Object lockOf(TopicPartition partition) {
        return locks[Math.floorMod(partition.folderName().hashCode(), LOCKS)];
    }

    /** Null when there is none. */
    @Nullable
    PartitionLog get(TopicPartition partition) {
        PartitionLog log = inFolderOf(partition);
        return log != null && log.topicPartition().equals(partition) ? log : null;
    }

    /** Perhaps of an earlier topic of the same name; null when there is none. */
    @Nullable
    PartitionLog inFolderOf(TopicPartition partition) {
        return logs.get(partition.folderName());
    }

    int size() {
        return logs.size();
    }

    Collection<PartitionLog> all() {
        return logs.values();
    }

    void put(PartitionLog log) {
        logs.put(log.state().name, log);
    }

    void remove(TopicPartition partition) {
        logs.remove(partition.folderName());
    }
}
