package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** What the files around a segment say of it. */
public final class SegmentBounds {
    private SegmentBounds() {}

    /**
     * @param index of the segment in its partition
     * @param previousEpoch of the last batch before it; -1 when that is not known
     */
    public static BatchScan.Bounds of(
            Files files, PartitionFiles partition, PartitionMarks marks, int index, int previousEpoch)
            throws IOException {
        long base = partition.segments().get(index).baseOffset();
        Long following = partition.baseAfter(index);
        if (following == null) {
            long end = marks.clean() && marks.recoveryPoint() > base ? marks.recoveryPoint() : Long.MAX_VALUE;
            return new BatchScan.Bounds(base, end, previousEpoch, Integer.MAX_VALUE);
        }
        BatchInfo first = firstBatch(files, partition, index + 1);
        return new BatchScan.Bounds(
                base, following, previousEpoch, first == null ? Integer.MAX_VALUE : first.leaderEpoch());
    }

    private static @Nullable BatchInfo firstBatch(Files files, PartitionFiles partition, int index) throws IOException {
        long base = partition.segments().get(index).baseOffset();
        try (LogFile file = LogFile.open(files, partition.segments().get(index).log())) {
            return new Resync(file, BatchScan.Bounds.from(base)).wholeAt(0, base);
        } catch (NoSuchFileException removed) {
            return null;
        }
    }
}
