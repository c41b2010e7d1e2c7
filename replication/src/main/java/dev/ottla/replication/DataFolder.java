package dev.ottla.replication;

import dev.ottla.base.DirectoryId;
import dev.ottla.log.LogFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An entry of log.dirs as this process found it.
 *
 * @param id null when it could not even be read
 * @param logs null when it could not be opened: it counts as failed until a restart
 */
public record DataFolder(
        Path path, @Nullable DirectoryId id, @Nullable LogFolder logs) {
    /** A folder that is open. */
    public static DataFolder open(DirectoryId id, LogFolder logs) {
        return new DataFolder(logs.path(), id, logs);
    }

    /** Whether something can be put into it. */
    public boolean works() {
        return logs != null && logs.failure() == null;
    }
}
