package dev.ottla.log;

import java.io.IOException;
import java.nio.file.Path;

/** Makes the segments of a partition's folder that a log is loaded from: of files that are there, and new ones. */
final class SegmentOpener {
    private final LogEnvironment environment;
    private final LogConfig config;
    private final long nowMs;

    SegmentOpener(LogEnvironment environment, LogConfig config, long nowMs) {
        this.environment = environment;
        this.config = config;
        this.nowMs = nowMs;
    }

    /** @param found what is in the folder */
    Segment open(FolderListing found, SegmentNames names) throws IOException {
        SegmentState state = new SegmentState(
                fileSize(found, names.name(SegmentNames.LOG)),
                fileSize(found, names.name(SegmentNames.INDEX)),
                fileSize(found, names.name(SegmentNames.TIME_INDEX)),
                fileSize(found, names.name(SegmentNames.TRANSACTION_INDEX)),
                nowMs,
                environment.rollJitterMs(config));
        return new Segment(environment.files(), names, state, false);
    }

    private static int fileSize(FolderListing found, String name) throws IOException {
        long size = found.sizeOf(name);
        if (size > Integer.MAX_VALUE) {
            throw new DamagedLogException(
                    found.folder().resolve(name) + " has " + size + " bytes, more than a segment can have");
        }
        return (int) size;
    }

    /** An empty one, whose file is there when this returns. */
    Segment create(Path folder, long baseOffset) throws IOException {
        SegmentState state = SegmentState.fresh(nowMs, environment.rollJitterMs(config));
        Segment segment = new Segment(environment.files(), new SegmentNames(folder, baseOffset), state, true);
        if (segment.file().acquire() != null) {
            segment.file().release();
        }
        return segment;
    }
}
