package dev.ottla.log;

import dev.ottla.log.producer.ProducerStates;
import java.io.IOException;

/** Reads anew what a truncation left of a log: the segment that was cut, and the producers as of the log's end. */
final class CutRescan {
    private final LogState state;

    CutRescan(LogState state) {
        this.state = state;
    }

    /** A segment whose file was cut to {@code sizeBytes}. */
    Segment segment(SegmentNames names, int sizeBytes, long nowMs) throws IOException {
        LogConfig config = state.config;
        Segment segment = new SegmentOpener(state.environment, config, nowMs).open(listing(), names);
        SegmentScan.Result result = new IndexRebuild(config, FoundEpochs.none(state.partition)).all(segment);
        if (result.problem() != null || result.validBytes() != sizeBytes) {
            throw new IOException("Segment " + names.log() + " is damaged: " + result.problem());
        }
        segment.loaded(result.nextOffset(), sizeBytes);
        // Who verifies the folder must not take entries of what was cut off for damage once other batches are there.
        segment.files().dropForgottenIndexes();
        return segment;
    }

    /** The producers as of {@code logEnd}, with the aborted transactions of the last segment entered in its index. */
    void producers(SegmentList segments, long logEnd, ProducerStates into) throws IOException {
        long rebuildFrom = segments.active().baseOffset();
        new ProducerReplay(state.environment, listing()).run(segments, logEnd, rebuildFrom, into);
    }

    private FolderListing listing() throws IOException {
        return FolderListing.read(state.environment.files(), state.folder);
    }
}
