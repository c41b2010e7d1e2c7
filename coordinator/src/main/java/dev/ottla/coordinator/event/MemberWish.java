package dev.ottla.coordinator.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member of the consumer protocol is and wants.
 *
 * @param topics by name, sorted
 * @param pattern for more topics, in RE2's syntax; empty for none
 * @param assignor the assignor that it prefers; null for the group's
 * @param classic how it speaks the classic protocol; null when it speaks the consumer protocol
 */
public record MemberWish(
        @Nullable String instanceId,
        @Nullable String rackId,
        String clientId,
        String clientHost,
        int rebalanceTimeoutMs,
        List<String> topics,
        String pattern,
        @Nullable String assignor,
        @Nullable ClassicWish classic) {
    public boolean hasPattern() {
        return !pattern.isEmpty();
    }

    /** What a member reads: members with equal ones read the same topics. */
    public record Subscription(
            List<String> topics, @Nullable String pattern) {}

    public Subscription subscription() {
        return new Subscription(topics, hasPattern() ? pattern : null);
    }
}
