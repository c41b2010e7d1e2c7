package dev.ottla.log.inspect;

import dev.ottla.log.SegmentNames;
import dev.ottla.log.checkpoint.CleanShutdownMark;
import dev.ottla.log.checkpoint.GuardedLogStarts;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.checkpoint.PartitionMetadata;
import java.nio.file.Path;

/** What a file of a data folder is, by its name. */
public enum FileKind {
    LOG,
    INDEX,
    TIME_INDEX,
    TRANSACTION_INDEX,
    SNAPSHOT,
    EPOCHS,
    PARTITION_METADATA,
    OFFSET_CHECKPOINT,
    /** Log starts under a checksum, of the data folder. */
    GUARDED_LOG_STARTS,
    /** Checksums of a partition's files. */
    SUMS,
    CLEAN_SHUTDOWN,
    /** The original of a repaired file. */
    SET_ASIDE,
    /** Waits for its deletion, or is what a crash left of a replacement. */
    DELETED,
    OTHER;

    /** What a repair calls the original of a file that it rewrote, perhaps with a number after it. */
    public static final String DAMAGED = ".damaged";

    public static FileKind of(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.contains(DAMAGED)) {
            return name.endsWith(".tmp") ? DELETED : SET_ASIDE;
        }
        if (SegmentNames.offsetOf(file, SegmentNames.LOG) != null) {
            return LOG;
        }
        if (SegmentNames.offsetOf(file, SegmentNames.INDEX) != null) {
            return INDEX;
        }
        if (SegmentNames.offsetOf(file, SegmentNames.TIME_INDEX) != null) {
            return TIME_INDEX;
        }
        if (SegmentNames.offsetOf(file, SegmentNames.TRANSACTION_INDEX) != null) {
            return TRANSACTION_INDEX;
        }
        if (SegmentNames.offsetOf(file, SegmentNames.SNAPSHOT) != null) {
            return SNAPSHOT;
        }
        return byWholeName(name);
    }

    private static FileKind byWholeName(String name) {
        return switch (name) {
            case LeaderEpochs.FILE -> EPOCHS;
            case PartitionMetadata.FILE -> PARTITION_METADATA;
            case CleanShutdownMark.FILE -> CLEAN_SHUTDOWN;
            case GuardedLogStarts.FILE -> GUARDED_LOG_STARTS;
            case SegmentNames.SUMS -> SUMS;
            case OffsetCheckpoint.RECOVERY_POINTS,
                    OffsetCheckpoint.LOG_STARTS,
                    OffsetCheckpoint.HIGH_WATERMARKS,
                    DataFolder.CLEANED -> OFFSET_CHECKPOINT;
            default -> isLeftOver(name) ? DELETED : OTHER;
        };
    }

    private static boolean isLeftOver(String name) {
        return name.endsWith(SegmentNames.DELETED)
                || name.endsWith(".tmp")
                || name.endsWith(".cleaned")
                || name.endsWith(".swap");
    }

    /** The base offset in the name of a segment's file or a snapshot. */
    static long offsetIn(Path file) {
        String name = String.valueOf(file.getFileName());
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }
}
