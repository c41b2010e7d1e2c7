package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.PartitionMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folders of partitions: their names, and how they begin and end. */
final class PartitionFolders {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionFolders.class);

    static final String DELETE = "-delete";
    static final String STRAY = "-stray";

    static final int MAX_NAME = 255;
    private static final Pattern LIVE = Pattern.compile("(.+)-(\\d{1,9})");

    private final Files files;
    private final Path folder;

    PartitionFolders(Files files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    Path of(TopicPartition partition) {
        return folder.resolve(partition.folderName());
    }

    /** Whether a folder's files wait for their deletion. */
    static boolean isDeleted(Path path) {
        return String.valueOf(path.getFileName()).endsWith(DELETE);
    }

    /**
     * The partition whose folder this is; null when it is none of a partition.
     *
     * @param sums what its checksums say; null when there are none
     * @throws IOException when its partition.metadata is missing or damaged, and no checksums say what was in it
     */
    @Nullable
    TopicPartition identify(Path path, @Nullable PartitionSums sums) throws IOException {
        Matcher name = LIVE.matcher(String.valueOf(path.getFileName()));
        if (!name.matches()) {
            return null;
        }
        TopicId topicId = sums == null ? metadata(path) : checkedMetadata(path, sums.topic());
        return new TopicPartition(topicId, name.group(1), Integer.parseInt(name.group(2)));
    }

    private TopicId metadata(Path path) throws IOException {
        return PartitionMetadata.decode(files.readAll(path.resolve(PartitionMetadata.FILE)));
    }

    /** A folder keeps its topic for life: where the two differ, the one with a checksum is right. */
    private TopicId checkedMetadata(Path path, TopicId known) throws IOException {
        try {
            byte[] content = files.readAll(path.resolve(PartitionMetadata.FILE));
            // What it is nearly always is cheaper to compare than to read.
            if (Arrays.equals(content, PartitionMetadata.encode(known))
                    || PartitionMetadata.decode(content).equals(known)) {
                return known;
            }
        } catch (IOException unreadable) {
            LOG.debug("Cannot read the topic id in {}", path, unreadable);
        }
        LOG.warn("{} in {} is damaged; it is written anew for topic id {}", PartitionMetadata.FILE, path, known);
        files.replace(path.resolve(PartitionMetadata.FILE), PartitionMetadata.encode(known));
        return known;
    }

    static boolean looksLive(Path path) {
        return LIVE.matcher(String.valueOf(path.getFileName())).matches();
    }

    /** Whether a crash left it before anything could be written. */
    boolean isHalfMade(Path path) throws IOException {
        if (files.exists(path.resolve(PartitionMetadata.FILE))) {
            return false;
        }
        for (Path file : files.list(path)) {
            if (files.size(file) > 0 && !String.valueOf(file.getFileName()).endsWith(".tmp")) {
                return false;
            }
        }
        return true;
    }

    /** Makes the folder; the metadata file comes last and says that it is whole. */
    void create(TopicPartition partition, Forcing forcing) throws IOException {
        Path path = of(partition);
        if (files.exists(path)) {
            if (!isHalfMade(path)) {
                throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The folder " + path + " is there already");
            }
            files.deleteTree(path);
        }
        files.createFolders(path);
        files.open(new SegmentNames(path, 0).log(), true).close();
        forcing.replace(path.resolve(PartitionMetadata.FILE), PartitionMetadata.encode(partition.topicId()));
        forcing.forceFolder(folder);
    }

    /** Takes back what {@link #create} began; for a folder that was never used. */
    void remove(TopicPartition partition) throws IOException {
        files.deleteTree(of(partition));
    }

    /** Renames a partition's folder, durably, to a name that nothing else has. */
    Path renameAway(Path path, String suffix, long random, long random2, Ballast ballast) throws IOException {
        String tail = "." + String.format(Locale.ROOT, "%016x%016x", random, random2) + suffix;
        String name = String.valueOf(path.getFileName());
        String kept = name.substring(0, Math.min(name.length(), MAX_NAME - tail.length()));
        Path target = path.resolveSibling(kept + tail);
        ballast.retried(() -> files.rename(path, target));
        ballast.retried(() -> files.forceFolder(folder));
        return target;
    }
}
