package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.log.SegmentNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's folder holds, by its names.
 *
 * @param segments by base offset
 * @param all every file, by name
 */
public record PartitionFiles(Path folder, List<SegmentNames> segments, List<Path> all) {
    /** @throws IOException when the folder cannot be listed */
    public static PartitionFiles list(Files files, Path folder) throws IOException {
        TreeMap<Long, SegmentNames> segments = new TreeMap<>();
        List<Path> all = new ArrayList<>();
        for (Path file : files.list(folder)) {
            if (files.isFolder(file)) {
                continue;
            }
            all.add(file);
            if (FileKind.of(file) == FileKind.LOG) {
                long base = FileKind.offsetIn(file);
                segments.put(base, new SegmentNames(folder, base));
            }
        }
        return new PartitionFiles(folder, List.copyOf(segments.values()), List.copyOf(all));
    }

    /** {@code topic-partition}. */
    public String name() {
        return String.valueOf(folder.getFileName());
    }

    /** The files of a kind, by name. */
    public List<Path> of(FileKind kind) {
        return all.stream().filter(file -> FileKind.of(file) == kind).toList();
    }

    /** The base offset of the segment after the one at {@code index}; null after the last. */
    public @Nullable Long baseAfter(int index) {
        return index + 1 < segments.size() ? segments.get(index + 1).baseOffset() : null;
    }
}
