package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a data folder holds beside its partitions.
 *
 * @param deletedBytes of folders that wait for their deletion
 * @param strayBytes of folders of which nobody knows whose they are
 * @param otherBytes checkpoints, the metadata log and the like
 */
public record FolderSpace(long journalBytes, long deletedBytes, long strayBytes, long otherBytes) {
    public static final FolderSpace NONE = new FolderSpace(0, 0, 0, 0);
    private static final int MAX_DEPTH = 4;

    public static FolderSpace of(Files files, DataFolder folder) throws IOException {
        var partitions = folder.partitions();
        var deleted = folder.deleted();
        var stray = folder.stray();
        long journalBytes = 0;
        long deletedBytes = 0;
        long strayBytes = 0;
        long otherBytes = 0;
        for (Path entry : files.list(folder.path())) {
            if (partitions.contains(entry)) {
                continue;
            }
            long bytes = bytesIn(files, entry, MAX_DEPTH);
            if (deleted.contains(entry)) {
                deletedBytes += bytes;
            } else if (stray.contains(entry)) {
                strayBytes += bytes;
            } else if (String.valueOf(entry.getFileName()).equals(DataFolder.JOURNAL)) {
                journalBytes += bytes;
            } else {
                otherBytes += bytes;
            }
        }
        return new FolderSpace(journalBytes, deletedBytes, strayBytes, otherBytes);
    }

    private static long bytesIn(Files files, Path path, int depth) throws IOException {
        try {
            if (!files.isFolder(path)) {
                return files.size(path);
            }
            long sum = 0;
            if (depth > 0) {
                for (Path entry : files.list(path)) {
                    sum += bytesIn(files, entry, depth - 1);
                }
            }
            return sum;
        } catch (NoSuchFileException removed) {
            return 0;
        }
    }

    public FolderSpace plus(FolderSpace other) {
        return new FolderSpace(
                journalBytes + other.journalBytes,
                deletedBytes + other.deletedBytes,
                strayBytes + other.strayBytes,
                otherBytes + other.otherBytes);
    }

    public long totalBytes() {
        return journalBytes + deletedBytes + strayBytes + otherBytes;
    }
}
