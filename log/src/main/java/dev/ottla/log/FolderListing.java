package dev.ottla.log;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What was in a partition's folder when it was looked at, once: of ten thousand folders, every further look takes long. */
final class FolderListing {
    private final Files files;
    private final Path folder;
    /** By their names, in order. */
    private final Map<String, Path> found = new LinkedHashMap<>();

    private final Map<String, Long> sizes = new HashMap<>();

    private FolderListing(Files files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    /** @throws java.nio.file.NotDirectoryException when it is none */
    static FolderListing read(Files files, Path folder) throws IOException {
        FolderListing listing = new FolderListing(files, folder);
        for (Path file : files.list(folder)) {
            listing.found.put(String.valueOf(file.getFileName()), file);
        }
        return listing;
    }

    Path folder() {
        return folder;
    }

    List<String> names() {
        return List.copyOf(found.keySet());
    }

    boolean has(String name) {
        return found.containsKey(name);
    }

    boolean hasAny(String suffix) {
        for (String name : found.keySet()) {
            if (name.endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    /** The files whose names are an offset and this suffix. */
    NavigableMap<Long, Path> ofOffsets(String suffix) {
        NavigableMap<Long, Path> files = new TreeMap<>();
        found.forEach((name, file) -> {
            Long offset = SegmentNames.offsetOf(name, suffix);
            if (offset != null) {
                files.put(offset, file);
            }
        });
        return files;
    }

    /** As the first question found it; 0 for a file that is not there. */
    long sizeOf(String name) throws IOException {
        Path file = found.get(name);
        if (file == null) {
            return 0;
        }
        Long known = sizes.get(name);
        if (known == null) {
            known = files.size(file);
            sizes.put(name, known);
        }
        return known;
    }

    void delete(String name) throws IOException {
        Path file = found.remove(name);
        if (file != null) {
            files.deleteIfExists(file);
        }
    }
}
