package dev.ottla.log.journal;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A journal as it lies on the disk: its last checkpoint and the files that replay needs, with no generation missing. */
record FoundJournal(RecoveryPointsFile points, List<StoredFile> needed) {
    static FoundJournal in(Files files, Path folder) throws IOException {
        if (!files.isFolder(folder)) {
            return new FoundJournal(RecoveryPointsFile.NONE, List.of());
        }
        RecoveryPointsFile points = points(files, folder);
        List<Path> all = files.list(folder).stream()
                .filter(path -> StoredFile.generation(path) >= 0)
                .toList();
        return new FoundJournal(points, needed(files, folder, points, all));
    }

    /** What the last checkpoint made durable, in a folder that may not be there. */
    static RecoveryPointsFile points(Files files, Path folder) throws IOException {
        Path file = RecoveryPointsFile.path(folder);
        if (files.exists(file)) {
            return RecoveryPointsFile.read(files, folder);
        }
        if (files.isFolder(folder) && files.list(folder).stream().anyMatch(path -> StoredFile.generation(path) >= 0)) {
            throw new DamagedJournalException(file, 0, 0, "it is missing, and there are journal files");
        }
        return RecoveryPointsFile.NONE;
    }

    private static List<StoredFile> needed(Files files, Path folder, RecoveryPointsFile points, List<Path> all)
            throws IOException {
        List<StoredFile> needed = new ArrayList<>();
        long expected = points.oldestGeneration();
        for (Path path : all) {
            long generation = StoredFile.generation(path);
            if (generation < points.oldestGeneration()) {
                continue;
            }
            if (generation != expected) {
                throw missing(folder, expected, points);
            }
            needed.add(StoredFile.read(files, path));
            expected++;
        }
        if (needed.isEmpty() && points.filesExpected()) {
            throw missing(folder, expected, points);
        }
        return needed;
    }

    private static DamagedJournalException missing(Path folder, long generation, RecoveryPointsFile points) {
        return new DamagedJournalException(
                StoredFile.path(folder, generation), 0, points.neededFromLsn(), "the file is missing");
    }

    long nextGeneration() {
        return points.oldestGeneration() + needed.size();
    }
}
