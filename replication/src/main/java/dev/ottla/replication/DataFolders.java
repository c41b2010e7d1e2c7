package dev.ottla.replication;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.LogFolder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The data folders of this broker, in the order of log.dirs; any thread. */
public final class DataFolders {
    private final List<DataFolder> all;

    public DataFolders(List<DataFolder> all) {
        this.all = List.copyOf(all);
    }

    /** All, failed ones too. */
    public List<DataFolder> all() {
        return all;
    }

    /** Those that were opened; they may have failed since. */
    public List<LogFolder> opened() {
        return all.stream().map(DataFolder::logs).filter(Objects::nonNull).toList();
    }

    /** The ids of those that work, in order. */
    public List<DirectoryId> working() {
        return all.stream()
                .filter(DataFolder::works)
                .map(DataFolder::id)
                .filter(Objects::nonNull)
                .toList();
    }

    public boolean allWork() {
        return all.stream().allMatch(DataFolder::works);
    }

    /** The folder of an id; null when no folder of this broker has it, or none that could be read. */
    public @Nullable DataFolder byId(DirectoryId id) {
        for (DataFolder folder : all) {
            if (id.equals(folder.id())) {
                return folder;
            }
        }
        return null;
    }

    /** The folder of a path as log.dirs has it, made absolute; null when there is none. */
    public @Nullable DataFolder byPath(String path) {
        return all.stream()
                .filter(folder -> folder.path().toString().equals(path))
                .findFirst()
                .orElse(null);
    }

    /** The open logs of an id's folder; null when it does not work. */
    public @Nullable LogFolder logsOf(DirectoryId id) {
        DataFolder folder = byId(id);
        return folder != null && folder.works() ? folder.logs() : null;
    }

    /** The folder that holds a partition's log, whatever the metadata says; null when none that is open does. */
    public @Nullable DataFolder holding(TopicPartition partition) {
        for (DataFolder folder : all) {
            LogFolder logs = folder.logs();
            if (logs != null && logs.get(partition) != null) {
                return folder;
            }
        }
        return null;
    }

    /** Of those that work the one with the fewest partitions; null when none works. */
    @Nullable
    DataFolder emptiest() {
        return all.stream()
                .filter(DataFolder::works)
                .min((one, other) -> Integer.compare(partitionCount(one), partitionCount(other)))
                .orElse(null);
    }

    private static int partitionCount(DataFolder folder) {
        LogFolder logs = folder.logs();
        return logs == null ? 0 : logs.logs().size();
    }
}
