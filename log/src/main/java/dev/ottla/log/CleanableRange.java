package dev.ottla.log;

import dev.ottla.base.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What of a log may be cleaned, by Kafka's rules: the dirty part begins where the last cleaning ended and ends before the first segment that is
 * active, reaches beyond the last stable offset, holds records younger than min.compaction.lag.ms, or is not durable yet.
 *
 * @param firstDirtyOffset up to here the log is clean
 * @param endOffset where the part ends that may be cleaned; the base of a segment
 * @param cleanBytes of the segments that are clean
 * @param dirtyBytes of those that are not and may be cleaned
 * @param overdueMs by how much dirty records exceed max.compaction.lag.ms; 0 when they do not
 */
record CleanableRange(long firstDirtyOffset, long endOffset, long cleanBytes, long dirtyBytes, long overdueMs) {
    /** The dirty part of what may be read by a cleaning, 0 to 1. */
    double dirtyRatio() {
        long total = cleanBytes + dirtyBytes;
        return total == 0 ? 0 : (double) dirtyBytes / total;
    }

    /** Whether it is time to clean. */
    boolean isDue(CompactionConfig config) {
        return dirtyBytes > 0 && (overdueMs > 0 || dirtyRatio() > config.minDirtyRatio());
    }

    /** Looks at timestamps where lags are set; may read the heads of segments. */
    static CleanableRange of(LogState state, long nowMs) throws IOException {
        return below(state.settledEnd(), state, nowMs);
    }

    /** What {@link #of} would be if recovery could not come back to any of it any more. */
    static CleanableRange onceSettled(LogState state, long nowMs) throws IOException {
        return below(state.durableEnd(), state, nowMs);
    }

    private static CleanableRange below(long settledEnd, LogState state, long nowMs) throws IOException {
        SegmentList segments = state.segments;
        CompactionConfig config = state.config.compaction();
        long logStart = state.logStart;
        long cleaned = state.cleaned;
        long firstDirty = cleaned < logStart || cleaned > state.logEnd ? logStart : cleaned;
        int firstIndex = segments.floor(firstDirty);
        int active = segments.size() - 1;
        long lastStable = Math.min(state.highWatermark, state.firstUnstable);
        long bound = Math.min(lastStable, settledEnd);
        int end = firstIndex;
        while (end < active
                && segments.endOf(end) <= bound
                && (config.minLagMs() <= 0 || segments.get(end).times().youngestMs() <= nowMs - config.minLagMs())) {
            end++;
        }
        long cleanBytes = 0;
        for (int i = 0; i < segments.size() && segments.get(i).baseOffset() < firstDirty; i++) {
            cleanBytes += segments.get(i).sizeBytes();
        }
        long dirtyBytes = 0;
        for (int i = firstIndex; i < end; i++) {
            dirtyBytes += segments.get(i).sizeBytes();
        }
        long endOffset = Math.max(firstDirty, segments.get(end).baseOffset());
        return new CleanableRange(
                firstDirty, endOffset, cleanBytes, dirtyBytes, overdueMs(segments, firstIndex, config, nowMs));
    }

    private static long overdueMs(SegmentList segments, int firstDirty, CompactionConfig config, long nowMs)
            throws IOException {
        if (config.maxLagMs() == Long.MAX_VALUE) {
            return 0;
        }
        long earliest = Long.MAX_VALUE;
        for (int i = firstDirty; i < segments.size() - 1; i++) {
            long timestampMs = firstTimestampMs(segments.get(i));
            if (timestampMs > 0) {
                earliest = Math.min(earliest, timestampMs);
            }
        }
        long cleanUntil = nowMs - Math.max(0, config.maxLagMs());
        return earliest < cleanUntil ? cleanUntil - earliest : 0;
    }

    private static long firstTimestampMs(Segment segment) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            return -1;
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            HeaderCursor first = segment.cursor(handle, scratch, 0, segment.sizeBytes());
            return first.look() ? first.maxTimestampMs() : -1;
        } finally {
            ScratchBuffers.giveBack(scratch);
            segment.file().release();
        }
    }
}
