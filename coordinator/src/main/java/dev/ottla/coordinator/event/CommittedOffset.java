package dev.ottla.coordinator.event;

import dev.ottla.base.TopicId;

/**
 * A committed offset.
 *
 * @param leaderEpoch of the last record that was consumed (KIP-320); -1 when the consumer did not say
 * @param metadata the consumer's own text
 * @param expireAtMs when it goes, where the commit said so (OffsetCommit v1 to v4); -1 to follow the broker's setting
 * @param topicId {@link TopicId#ZERO} when the committer did not know it
 */
public record CommittedOffset(
        long offset, int leaderEpoch, String metadata, long commitTimestampMs, long expireAtMs, TopicId topicId) {
    public static final int NO_EPOCH = -1;
    public static final long NO_EXPIRY = -1;
}
