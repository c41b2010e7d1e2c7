package dev.ottla.coordinator.group;

/**
 * The broker's settings for groups.
 *
 * @param minSessionTimeoutMs group.min.session.timeout.ms
 * @param maxSessionTimeoutMs group.max.session.timeout.ms
 * @param initialRebalanceDelayMs group.initial.rebalance.delay.ms
 * @param maxSize group.max.size
 * @param maxOffsetMetadataBytes offset.metadata.max.bytes
 * @param offsetsRetentionMs offsets.retention.minutes
 * @param retentionCheckIntervalMs offsets.retention.check.interval.ms
 */
public record GroupSettings(
        int minSessionTimeoutMs,
        int maxSessionTimeoutMs,
        int initialRebalanceDelayMs,
        int maxSize,
        int maxOffsetMetadataBytes,
        long offsetsRetentionMs,
        long retentionCheckIntervalMs) {
    /** How long a JoinGroup of a member that has never joined may wait; its client may be gone, and nothing else would tell. */
    public static final int NEW_MEMBER_JOIN_TIMEOUT_MS = 300_000;
}
