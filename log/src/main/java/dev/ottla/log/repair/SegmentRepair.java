package dev.ottla.log.repair;

import dev.ottla.log.SegmentNames;
import dev.ottla.log.inspect.BatchScan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done to a segment.
 *
 * @param mends in the order of the file
 * @param missing offsets that have no bytes at all, after the last batch; null when there are none
 * @param indexes whether an index must be made anew although the .log stays
 */
public record SegmentRepair(
        SegmentNames names,
        BatchScan.Bounds bounds,
        List<Mend> mends,
        @Nullable OffsetRange missing,
        boolean indexes) {
    /** Whether the .log is written anew. */
    public boolean rewrites() {
        return missing != null || mends.stream().anyMatch(mend -> !(mend instanceof Mend.Leave));
    }

    public boolean isNeeded() {
        return rewrites() || indexes;
    }

    /** The offsets that are given up. */
    public List<OffsetRange> lost() {
        List<OffsetRange> lost = new ArrayList<>();
        for (Mend mend : mends) {
            if (mend instanceof Mend.GiveUp gone && gone.firstOffset() <= gone.lastOffset()) {
                lost.add(new OffsetRange(gone.firstOffset(), gone.lastOffset()));
            }
        }
        if (missing != null) {
            lost.add(missing);
        }
        return lost;
    }
}
