package dev.ottla.log;

import java.io.IOException;

/** Which of a log's oldest segments are superfluous. Pure but for the time indexes that it may have to load. */
final class Retention {
    private Retention() {}

    /**
     * How many segments, from the first on, may go. Kafka's rules: never one that reaches beyond the high watermark, never an empty active one;
     * all that lie below the log start; then, when the policy deletes, by the age of the youngest record and by the bytes that remain.
     * Which of the two is asked first makes no difference: whatever a segment goes for, its bytes no longer remain, and the first that neither takes
     * ends it.
     */
    static int superfluous(
            SegmentList segments, LogConfig config, long logStart, long highWatermark, long logEnd, long nowMs)
            throws IOException {
        boolean bySize = config.deletes() && config.retentionBytes() >= 0;
        long excessBytes = segments.sizeBytes() - config.retentionBytes();
        int count = 0;
        while (count < segments.size()) {
            Segment segment = segments.get(count);
            boolean active = count == segments.size() - 1;
            long upperBound = active ? logEnd : segments.get(count + 1).baseOffset();
            if (highWatermark < upperBound || (active && segment.sizeBytes() == 0)) {
                break;
            }
            boolean belowStart = !active && upperBound <= logStart;
            boolean tooMuch = bySize && excessBytes >= segment.sizeBytes();
            if (!belowStart && !tooMuch && !isTooOld(segment, config, nowMs)) {
                break;
            }
            // Whatever it goes for: of what is left, no more goes than is too much.
            excessBytes -= segment.sizeBytes();
            count++;
        }
        return count;
    }

    private static boolean isTooOld(Segment segment, LogConfig config, long nowMs) throws IOException {
        return config.deletes()
                && config.retentionMs() >= 0
                && nowMs - segment.times().youngestMs() > config.retentionMs()
                && nowMs - segment.times().provenYoungestMs() > config.retentionMs();
    }
}
