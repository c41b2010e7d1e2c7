package dev.ottla.log;

import java.io.IOException;
import java.util.List;

/** Takes the segments below the recovery point as they are, and makes indexes and epochs anew where they are missing or wrong. */
final class SegmentRepair {
    private final LogEnvironment environment;
    private final FolderListing found;
    private final SegmentChecks checks;
    private final IndexRebuild rebuild;
    private final Forcing forcing;

    SegmentRepair(
            LogEnvironment environment,
            FolderListing found,
            SegmentChecks checks,
            IndexRebuild rebuild,
            Forcing forcing) {
        this.environment = environment;
        this.found = found;
        this.checks = checks;
        this.rebuild = rebuild;
        this.forcing = forcing;
    }

    /** Segments wholly below the recovery point are not read, unless an index or the epochs are missing. */
    void below(int firstScanned, List<Segment> segments, boolean epochsMissing) throws IOException {
        for (int i = 0; i < firstScanned; i++) {
            Segment segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            if (epochsMissing || checks.isWrong(segment) || !SegmentChecks.indexesLookWhole(found, segment)) {
                repairLast(segments.subList(0, i + 1));
                if (!last) {
                    segment.seal(forcing);
                }
            } else if (!last) {
                segment.loaded(segments.get(i + 1).baseOffset(), segment.sizeBytes());
                segment.markSealed();
            }
        }
    }

    private void repairLast(List<Segment> upTo) throws IOException {
        Segment segment = upTo.getLast();
        SegmentScan.Result whole = checks.check(segment);
        segment.loaded(whole.nextOffset(), whole.validBytes());
        // First, and at once: the other indexes' absence is what brings a start that follows a crash here again.
        if (checks.isWrong(segment) || !segment.aborted().isWhole(segment.baseOffset(), whole.nextOffset())) {
            segment.aborted().replace(new ProducerReplay(environment, found).abortedInLast(new SegmentList(upTo)));
        }
        SegmentScan.Result result = rebuild.offsetsAndTimes(segment);
        if (result.problem() != null) {
            throw checks.damaged(segment, result);
        }
    }
}
