package dev.ottla.log;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was in a partition's folder when it was looked at, once: of ten thousand folders, every further look takes long. */
final class FolderListing {
    private final Files files;
    private final Set<Path> found;

    private FolderListing(Files files, Set<Path> found) {
        this.files = files;
        this.found = found;
    }

    static FolderListing read(Files files, Path folder) throws IOException {
        return new FolderListing(files, new LinkedHashSet<>(files.list(folder)));
    }

    Collection<Path> all() {
        return List.copyOf(found);
    }

    boolean has(Path file) {
        return found.contains(file);
    }

    boolean hasAny(String suffix) {
        for (Path file : found) {
            if (String.valueOf(file.getFileName()).endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    /** 0 for a file that is not there. */
    long sizeOf(Path file) throws IOException {
        return found.contains(file) ? files.size(file) : 0;
    }

    void delete(Path file) throws IOException {
        files.deleteIfExists(file);
        found.remove(file);
    }
}
