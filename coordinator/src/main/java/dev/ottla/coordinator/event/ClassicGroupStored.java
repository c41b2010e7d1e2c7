package dev.ottla.coordinator.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A classic group as it stands after a rebalance: what a coordinator that takes over begins with.
 *
 * @param protocolType "consumer", "connect" and the like; empty for a group that only stores offsets
 * @param protocol the assignor that was chosen; null while there are no members
 * @param stateSinceMs since when it is in its state; -1 when not known
 */
public record ClassicGroupStored(
        String groupId,
        String protocolType,
        int generation,
        @Nullable String protocol,
        @Nullable String leader,
        long stateSinceMs,
        List<Member> members)
        implements GroupEvent {
    /**
     * A member.
     *
     * @param subscription its metadata for the chosen protocol
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody; handed on as they came
    public record Member(
            String memberId,
            @Nullable String instanceId,
            String clientId,
            String clientHost,
            int rebalanceTimeoutMs,
            int sessionTimeoutMs,
            byte[] subscription,
            byte[] assignment) {}
}
