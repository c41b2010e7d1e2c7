package dev.ottla.log;

import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.producer.ProducerStates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log as loading left it.
 *
 * @param sums the checksums that the folder has; null when there are none, or none that can be relied on
 */
record LoadedLog(
        SegmentList segments,
        long logStart,
        long logEnd,
        long highWatermark,
        long flushed,
        LeaderEpochs epochs,
        LeaderEpochs writtenEpochs,
        ProducerStates producers,
        @Nullable PartitionSums sums) {
    /** Of a log that was just created, with an empty segment. */
    static LoadedLog fresh(Segment first) {
        SegmentList segments = new SegmentList(List.of(first));
        return new LoadedLog(segments, 0, 0, 0, 0, LeaderEpochs.EMPTY, LeaderEpochs.EMPTY, new ProducerStates(), null);
    }
}
