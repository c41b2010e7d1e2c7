package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The offset checkpoints of a data folder. An unreadable one counts as empty: what it says is found again by a longer recovery. */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Files files;
    private final Path folder;
    private final Supplier<Collection<PartitionLog>> logs;
    private final Map<String, Map<String, Long>> written = new HashMap<>();
    /** What the last process knew of partitions that are not loaded, or cannot be. */
    private final Map<String, Map<String, Long>> kept = new HashMap<>();

    Checkpoints(Files files, Path folder, Supplier<Collection<PartitionLog>> logs) {
        this.files = files;
        this.folder = folder;
        this.logs = logs;
    }

    synchronized Map<String, Long> read(String name) {
        try {
            Map<String, Long> offsets = OffsetCheckpoint.read(files, folder.resolve(name));
            written.put(name, offsets);
            return offsets;
        } catch (IOException unreadable) {
            LOG.warn("Cannot read {} in {}; it will be rebuilt", name, folder, unreadable);
            return Map.of();
        }
    }

    /** An offline partition's offsets are carried over unchanged, for whoever repairs it. */
    synchronized void keep(String name, String partitionFolder, long offset) {
        kept.computeIfAbsent(name, any -> new HashMap<>()).put(partitionFolder, offset);
    }

    /** From now on the partition's log says what was {@link #keep kept} for it. */
    synchronized void release(String partitionFolder) {
        kept.values().forEach(offsets -> offsets.remove(partitionFolder));
    }

    /** A partition that is about to be created must not inherit the offsets of an earlier one of its name. */
    synchronized void forget(String partitionFolder) throws IOException {
        release(partitionFolder);
        if (written.values().stream().anyMatch(offsets -> offsets.containsKey(partitionFolder))) {
            writeAll();
        }
    }

    void writeRecoveryPoints() throws IOException {
        write(OffsetCheckpoint.RECOVERY_POINTS, PartitionLog::flushedOffset, any -> true);
    }

    /** Returns when the recovery point of a partition is on the disk and not below {@code offset}, to which it was forced. */
    synchronized void ensureRecoveryPoint(String partitionFolder, long offset) throws IOException {
        Map<String, Long> points = written.getOrDefault(OffsetCheckpoint.RECOVERY_POINTS, Map.of());
        if (points.getOrDefault(partitionFolder, 0L) < offset) {
            writeRecoveryPoints();
        }
    }

    void writeHighWatermarks() throws IOException {
        write(OffsetCheckpoint.HIGH_WATERMARKS, PartitionLog::highWatermark, any -> true);
    }

    /** Only those that the segments' names do not tell. */
    void writeLogStarts() throws IOException {
        write(OffsetCheckpoint.LOG_STARTS, PartitionLog::startOffset, log -> !log.startsAtSegment());
    }

    void writeCleaned() throws IOException {
        write(OffsetCheckpoint.CLEANED, PartitionLog::cleanedOffset, log -> log.cleanedOffset() >= 0);
    }

    void writeAll() throws IOException {
        writeRecoveryPoints();
        writeLogStarts();
        writeHighWatermarks();
        writeCleaned();
    }

    private synchronized void write(String name, ToLongFunction<PartitionLog> offset, Predicate<PartitionLog> needed)
            throws IOException {
        Map<String, Long> offsets = new HashMap<>(kept.getOrDefault(name, Map.of()));
        for (PartitionLog log : List.copyOf(logs.get())) {
            if (log.offlineReason() == null && needed.test(log)) {
                offsets.put(log.topicPartition().folderName(), offset.applyAsLong(log));
            }
        }
        if (!offsets.equals(written.get(name))) {
            OffsetCheckpoint.write(files, folder.resolve(name), offsets);
            written.put(name, offsets);
        }
    }
}
