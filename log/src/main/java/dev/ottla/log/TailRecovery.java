package dev.ottla.log;

import dev.ottla.base.TopicPartition;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the segments from the recovery point on batch by batch, makes their indexes anew, and ends the log where the good batches do. */
final class TailRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(TailRecovery.class);

    private final TopicPartition partition;
    private final LogConfig config;
    private final LoadFrom from;
    private final SegmentChecks checks;
    private final IndexRebuild rebuild;

    TailRecovery(
            TopicPartition partition, LogConfig config, LoadFrom from, SegmentChecks checks, IndexRebuild rebuild) {
        this.partition = partition;
        this.config = config;
        this.from = from;
        this.checks = checks;
        this.rebuild = rebuild;
    }

    /** @throws DamagedLogException when what is damaged was forced */
    void run(FoundSegments segments, int firstScanned, IndexRebuild.Noted noted) throws IOException {
        long stopAt = from.cut() ? from.recoveryPoint() : Long.MAX_VALUE;
        for (int i = firstScanned; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            SegmentScan.Result result = rebuild.all(segment, stopAt, noted);
            if (result.problem() != null && result.nextOffset() < from.recoveryPoint()) {
                throw checks.damaged(segment, result);
            }
            int torn = segment.sizeBytes() - result.validBytes();
            segment.loaded(result.nextOffset(), result.validBytes());
            if (torn > 0) {
                endAt(result, segment, torn);
            }
            if (torn > 0 || isGap(segments, i, result.nextOffset())) {
                dropAfter(segments, i, result.nextOffset());
            }
        }
    }

    private void endAt(SegmentScan.Result result, Segment segment, int torn) throws IOException {
        if (from.cut()) {
            segment.leaveTail(torn + result.validBytes());
        } else {
            LOG.warn("Cutting {} bytes off {}: {}", torn, segment.names().log(), result.problem());
            segment.undo();
        }
    }

    /** Below the recovery point a gap is what compaction left, by an earlier cleanup.policy perhaps. */
    private boolean isGap(FoundSegments segments, int index, long nextOffset) {
        return index + 1 < segments.size()
                && !config.compacts()
                && nextOffset >= from.recoveryPoint()
                && segments.get(index + 1).baseOffset() != nextOffset;
    }

    private void dropAfter(FoundSegments segments, int index, long nextOffset) throws IOException {
        int dropped = segments.size() - index - 1;
        if (dropped > 0) {
            LOG.warn("Dropping {} segments of {} after offset {}", dropped, partition, nextOffset);
        }
        segments.dropFrom(index + 1);
    }
}
