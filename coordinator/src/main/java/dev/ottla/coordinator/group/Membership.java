package dev.ottla.coordinator.group;

import dev.ottla.coordinator.event.ClassicOffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group on its way from one protocol to the other, with all its members: they speak the classic one.
 *
 * @param generation of the classic group, or the epoch of the other
 */
public record Membership(String groupId, int generation, List<Member> members) {
    public Membership {
        members = List.copyOf(members);
    }

    /**
     * A member.
     *
     * @param offers what it can work with, the best first; never empty
     * @param subscription its metadata for the group's assignor
     * @param assignment what it has, as consumers tell each other
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, compared by nobody
    public record Member(
            String memberId,
            @Nullable String instanceId,
            String clientId,
            String clientHost,
            int rebalanceTimeoutMs,
            int sessionTimeoutMs,
            List<ClassicOffer> offers,
            byte[] subscription,
            byte[] assignment) {
        public Member {
            offers = List.copyOf(offers);
        }
    }
}
