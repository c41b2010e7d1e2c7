package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.log.checkpoint.GuardedLogStarts;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The offset checkpoints of a data folder. An unreadable one counts as empty: what it says is found again by a longer recovery. */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Files files;
    private final Path folder;
    private final Supplier<Collection<PartitionLog>> logs;
    private final Ballast ballast;
    private final Map<String, Map<String, Long>> written = new HashMap<>();
    /** What the last process knew of partitions that are not loaded, or cannot be. */
    private final Map<String, Map<String, Long>> kept = new HashMap<>();

    /** A log start that nothing vouches for is kept for somebody: a checksum over it would be a lie. */
    private boolean distrusted;

    /** What the guarded file says; null when it must be written anew. */
    private @Nullable GuardedLogStarts guarded;

    Checkpoints(Files files, Path folder, Supplier<Collection<PartitionLog>> logs, Ballast ballast) {
        this.ballast = ballast;
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

    /**
     * The log starts that the last process left, and whether a checksum vouches for them.
     *
     * @param closedInOrder by whom it may have been: Apache Kafka, to whom the folder was lent, does not write the guarded file
     */
    synchronized LogStarts readLogStarts(boolean closedInOrder) throws IOException {
        Map<String, Long> plain = read(OffsetCheckpoint.LOG_STARTS);
        GuardedLogStarts own;
        try {
            own = GuardedLogStarts.read(files, folder);
        } catch (IOException unreadable) {
            LOG.warn("Cannot read the guarded log starts in {}; {} is taken", folder, OffsetCheckpoint.LOG_STARTS);
            LOG.debug("It says", unreadable);
            return new LogStarts(plain, false);
        }
        if (own == null || !own.isLastWord(others(), closedInOrder)) {
            return new LogStarts(plain, false);
        }
        if (!own.offsets().equals(plain)) {
            LOG.warn(
                    "{} in {} differs from its guarded copy, which is taken: {} instead of {}",
                    OffsetCheckpoint.LOG_STARTS,
                    folder,
                    own.offsets(),
                    plain);
            written.remove(OffsetCheckpoint.LOG_STARTS);
        }
        return new LogStarts(own.offsets(), true);
    }

    /** @param vouched whether they were read from a file that has a checksum */
    record LogStarts(Map<String, Long> offsets, boolean vouched) {}

    private String others() throws IOException {
        return checksumOf(OffsetCheckpoint.RECOVERY_POINTS) + " " + checksumOf(OffsetCheckpoint.HIGH_WATERMARKS);
    }

    private String checksumOf(String name) throws IOException {
        Path file = folder.resolve(name);
        return files.exists(file) ? GuardedLogStarts.checksumOf(files.readAll(file)) : "none";
    }

    /** The last thing before the clean-shutdown mark: all offsets are written. */
    synchronized void close() throws IOException {
        writeAll();
        GuardedLogStarts open = guarded;
        if (open != null) {
            new GuardedLogStarts(open.offsets(), others()).write(files, folder);
        }
    }

    /** An offline partition's offsets are carried over unchanged, for whoever repairs it. */
    synchronized void keep(String name, String partitionFolder, long offset) {
        kept.computeIfAbsent(name, any -> new HashMap<>()).put(partitionFolder, offset);
    }

    /** Some of the log starts that are {@link #keep kept} may be wrong: as long as this process lives it vouches for none. */
    synchronized void distrustLogStarts() {
        distrusted = true;
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
        write(
                OffsetCheckpoint.LOG_STARTS,
                PartitionLog::startOffset,
                log -> !log.state().startsAtSegment());
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
            if (log.state().isLoaded() && needed.test(log)) {
                offsets.put(log.state().name, offset.applyAsLong(log));
            }
        }
        if (name.equals(OffsetCheckpoint.LOG_STARTS)) {
            guard(offsets);
        }
        if (!offsets.equals(written.get(name))) {
            ballast.retried(() -> OffsetCheckpoint.write(files, folder.resolve(name), offsets));
            written.put(name, offsets);
        }
    }

    /** First: what lies above an older log start is kept by a crash in between, as it would be by one before. */
    private void guard(Map<String, Long> offsets) throws IOException {
        if (distrusted) {
            files.deleteIfExists(folder.resolve(GuardedLogStarts.FILE));
        } else if (guarded == null || !guarded.offsets().equals(offsets)) {
            GuardedLogStarts next = new GuardedLogStarts(offsets, null);
            guarded = null;
            ballast.retried(() -> next.write(files, folder));
            guarded = next;
        }
    }
}
