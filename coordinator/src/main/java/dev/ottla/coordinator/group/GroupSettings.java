package dev.ottla.coordinator.group;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param consumer for groups of the consumer protocol
 */
public record GroupSettings(
        int minSessionTimeoutMs,
        int maxSessionTimeoutMs,
        int initialRebalanceDelayMs,
        int maxSize,
        int maxOffsetMetadataBytes,
        long offsetsRetentionMs,
        long retentionCheckIntervalMs,
        Consumer consumer) {
    /**
     * The settings for groups of the consumer protocol (KIP-848).
     *
     * @param heartbeatIntervalMs group.consumer.heartbeat.interval.ms, with its bounds
     * @param sessionTimeoutMs group.consumer.session.timeout.ms, with its bounds
     * @param maxSize group.consumer.max.size
     * @param assignmentIntervalMs group.consumer.assignment.interval.ms, with its bounds
     * @param assignors group.consumer.assignors, the default first
     * @param migration group.consumer.migration.policy
     */
    public record Consumer(
            OwnNumber heartbeatIntervalMs,
            OwnNumber sessionTimeoutMs,
            int maxSize,
            OwnNumber assignmentIntervalMs,
            List<String> assignors,
            Migration migration) {
        /** What holds for one group. */
        Times times(Map<String, String> own) {
            return new Times(
                    heartbeatIntervalMs.of(own.get("consumer.heartbeat.interval.ms")),
                    sessionTimeoutMs.of(own.get("consumer.session.timeout.ms")),
                    assignmentIntervalMs.of(own.get("consumer.assignment.interval.ms")));
        }
    }

    /**
     * A number that each group may set for itself.
     *
     * @param value what holds for the others
     * @param min the least that a group may have
     * @param max the most
     */
    public record OwnNumber(int value, int min, int max) {
        /** One without bounds. */
        public static OwnNumber unbounded(int value) {
            return new OwnNumber(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }

        /** A group's own was within the bounds when it was set; the broker may have come back with narrower ones. */
        int of(@Nullable String own) {
            return own == null ? value : Math.clamp(Long.parseLong(own.trim()), min, max);
        }
    }

    /** The times of one group of the consumer protocol. */
    public record Times(int heartbeatIntervalMs, int sessionTimeoutMs, int assignmentIntervalMs) {}

    /** Which way a group may change its protocol while it has members. */
    public enum Migration {
        DISABLED,
        UPGRADE,
        DOWNGRADE,
        BIDIRECTIONAL;

        /** From the classic protocol to the consumer protocol. */
        public boolean upgrades() {
            return this == UPGRADE || this == BIDIRECTIONAL;
        }

        /** From the consumer protocol to the classic protocol. */
        public boolean downgrades() {
            return this == DOWNGRADE || this == BIDIRECTIONAL;
        }
    }

    /** Whether a member of the classic protocol may have this session timeout. */
    public boolean allowsSession(int timeoutMs) {
        return timeoutMs >= minSessionTimeoutMs && timeoutMs <= maxSessionTimeoutMs;
    }

    /** How long a JoinGroup of a member that has never joined may wait; its client may be gone, and nothing else would tell. */
    public static final int NEW_MEMBER_JOIN_TIMEOUT_MS = 300_000;
}
