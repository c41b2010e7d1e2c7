package dev.ottla.log;

import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.producer.ProducerStates;
import java.util.List;

/** A log as loading left it. */
record LoadedLog(
        SegmentList segments,
        long logStart,
        long logEnd,
        long highWatermark,
        long flushed,
        LeaderEpochs epochs,
        LeaderEpochs writtenEpochs,
        ProducerStates producers) {
    /** Of a log that was just created, with an empty segment. */
    static LoadedLog fresh(Segment first) {
        SegmentList segments = new SegmentList(List.of(first));
        return new LoadedLog(segments, 0, 0, 0, 0, LeaderEpochs.EMPTY, LeaderEpochs.EMPTY, new ProducerStates());
    }
}
