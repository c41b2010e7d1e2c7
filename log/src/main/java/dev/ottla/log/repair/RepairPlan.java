package dev.ottla.log.repair;

import dev.ottla.log.SegmentNames;
import dev.ottla.log.inspect.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a repair would do, and does.
 *
 * @param segments those with anything to do or to say
 * @param created a new, empty segment, where there is none left; null otherwise
 * @param snapshots that are damaged, or vouch for what is given up
 * @param epochs whether the leader-epoch-checkpoint is made anew
 * @param beyondRepair what stays wrong
 * @param unreadableBytes that the disk could not read
 */
public record RepairPlan(
        List<SegmentRepair> segments,
        @Nullable SegmentNames created,
        List<Path> snapshots,
        boolean epochs,
        List<Finding> beyondRepair,
        long unreadableBytes) {
    public boolean isNeeded() {
        return created != null
                || epochs
                || !snapshots.isEmpty()
                || segments.stream().anyMatch(SegmentRepair::isNeeded);
    }

    /** The offsets that are given up. */
    public List<OffsetRange> lost() {
        return segments.stream().flatMap(segment -> segment.lost().stream()).toList();
    }

    /** The first of them. */
    OptionalLong firstLost() {
        return lost().stream().mapToLong(OffsetRange::first).min();
    }
}
