package dev.ottla.log;

/**
 * What is known of a segment's files when it is opened.
 *
 * @param createdMs when the segment began, for batches without timestamps
 * @param rollJitterMs taken off segment.ms
 */
record SegmentState(
        int sizeBytes,
        int indexBytes,
        int timeIndexBytes,
        int transactionIndexBytes,
        long createdMs,
        long rollJitterMs) {
    static SegmentState fresh(long createdMs, long rollJitterMs) {
        return new SegmentState(0, 0, 0, 0, createdMs, rollJitterMs);
    }
}
