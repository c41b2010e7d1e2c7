package dev.ottla.coordinator.classic;

import dev.ottla.coordinator.event.ClassicGroupStored;
import dev.ottla.coordinator.event.ClassicOffer;
import dev.ottla.coordinator.group.Membership;
import java.util.ArrayList;
import java.util.List;

/** A classic group in the two forms in which it leaves its coordinator and comes back: as its log knows it, and as the other protocol takes it over. */
final class StoredForms {
    private StoredForms() {}

    /** The group as its log should know it. */
    static ClassicGroupStored stored(ClassicGroup group) {
        List<ClassicGroupStored.Member> stored = new ArrayList<>(group.size());
        for (ClassicMember member : group.members()) {
            stored.add(new ClassicGroupStored.Member(
                    member.memberId(),
                    member.instanceId(),
                    member.clientId(),
                    member.clientHost(),
                    member.rebalanceTimeoutMs(),
                    member.sessionTimeoutMs(),
                    member.metadata(group.protocol()),
                    member.assignment()));
        }
        return new ClassicGroupStored(
                group.groupId(),
                group.protocolType(),
                group.generation(),
                group.protocol(),
                group.leader(),
                group.stateSinceMs(),
                List.copyOf(stored));
    }

    /** A group as a coordinator finds it in its log. */
    static ClassicGroup restored(ClassicGroupStored stored) {
        ClassicGroup group = new ClassicGroup(stored.groupId(), stored.stateSinceMs());
        for (ClassicGroupStored.Member each : stored.members()) {
            List<ClassicOffer> protocols = stored.protocol() == null
                    ? List.of()
                    : List.of(new ClassicOffer(stored.protocol(), each.subscription()));
            ClassicMember member = new ClassicMember(
                    each.memberId(),
                    each.instanceId(),
                    each.clientId(),
                    each.clientHost(),
                    each.rebalanceTimeoutMs(),
                    each.sessionTimeoutMs(),
                    protocols);
            member.assign(each.assignment());
            group.add(member, stored.protocolType());
        }
        group.restore(stored.generation(), stored.protocolType(), stored.protocol(), stored.leader());
        return group;
    }

    /** Its members, for the other protocol. */
    static Membership handedOver(ClassicGroup group) {
        return new Membership(
                group.groupId(),
                group.generation(),
                group.members().stream()
                        .map(member -> new Membership.Member(
                                member.memberId(),
                                member.instanceId(),
                                member.clientId(),
                                member.clientHost(),
                                member.rebalanceTimeoutMs(),
                                member.sessionTimeoutMs(),
                                member.protocols(),
                                member.subscription(group.protocol()),
                                member.assignment()))
                        .toList());
    }

    /** A group that speaks the other protocol until now: its members have what they had. */
    static ClassicGroup takenOver(Membership membership, long nowMs) {
        ClassicGroup group = new ClassicGroup(membership.groupId(), nowMs);
        for (Membership.Member each : membership.members()) {
            ClassicMember member = new ClassicMember(
                    each.memberId(),
                    each.instanceId(),
                    each.clientId(),
                    each.clientHost(),
                    each.rebalanceTimeoutMs(),
                    each.sessionTimeoutMs(),
                    each.offers());
            member.assign(each.assignment());
            group.add(member, ClassicGroup.CONSUMER_PROTOCOL);
        }
        group.restore(membership.generation(), group.protocolType(), group.selectProtocol(), group.leader());
        return group;
    }
}
