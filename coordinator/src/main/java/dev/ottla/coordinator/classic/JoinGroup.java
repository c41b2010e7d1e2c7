package dev.ottla.coordinator.classic;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.event.ClassicOffer;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.jspecify.annotations.Nullable;

/** JoinGroup: a consumer asks to be in the next generation; its answer comes when that begins (KIP-62, 345, 394, 814). */
final class JoinGroup {
    private static final short FIRST_WITH_KNOWN_IDS = 4;
    private static final short FIRST_THAT_SKIPS_ASSIGNMENT = 9;

    private final Groups groups;
    private final Rebalance rebalance;

    JoinGroup(Groups groups, Rebalance rebalance) {
        this.groups = groups;
        this.rebalance = rebalance;
    }

    void run(Client client, JoinGroupRequestData request, Waiter<JoinGroupResponseData> waiter, Step<GroupEvent> step) {
        Groups.checkId(request.groupId());
        if (!groups.settings().allowsSession(request.sessionTimeoutMs())) {
            step.answer(waiter, Rebalance.refusedJoin(request.memberId(), ErrorCode.INVALID_SESSION_TIMEOUT));
            return;
        }
        boolean newcomer = request.memberId().isEmpty();
        Group known = groups.get(request.groupId());
        if (known == null && !newcomer) {
            step.answer(waiter, Rebalance.refusedJoin(request.memberId(), ErrorCode.UNKNOWN_MEMBER_ID));
            return;
        }
        if (known != null && !(known instanceof ClassicGroup) && (!known.isEmpty() || !newcomer)) {
            step.answer(waiter, Rebalance.refusedJoin("", ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
            return;
        }
        ClassicGroup group = known instanceof ClassicGroup classic ? classic : create(known, request.groupId(), step);
        Asked asked = new Asked(client, request, protocols(request), waiter);
        if (!accepts(group, request.memberId())) {
            rebalance.forget(group, request.memberId());
            step.answer(waiter, Rebalance.refusedJoin("", ErrorCode.GROUP_MAX_SIZE_REACHED));
        } else if (!group.supports(request.protocolType(), asked.protocols())) {
            refuse(asked, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, step);
        } else if (newcomer) {
            joinAsNew(group, asked, step);
        } else {
            joinAgain(group, asked, step);
        }
    }

    /** One JoinGroup on its way. */
    private record Asked(
            Client client,
            JoinGroupRequestData request,
            List<ClassicOffer> protocols,
            Waiter<JoinGroupResponseData> waiter) {
        String memberId() {
            return request.memberId();
        }

        @Nullable
        String instanceId() {
            return request.groupInstanceId();
        }

        /** Version 0 has no rebalance timeout: the session's serves for both. */
        int rebalanceTimeoutMs() {
            return request.rebalanceTimeoutMs() < 0 ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs();
        }

        String reason() {
            String reason = request.reason();
            return reason == null || reason.isEmpty() ? "not provided" : reason;
        }
    }

    /** @param known an empty group of the other protocol, which gives way */
    private ClassicGroup create(@Nullable Group known, String groupId, Step<GroupEvent> step) {
        if (known != null) {
            known.forgotten().forEach(step::emit);
        }
        ClassicGroup group = new ClassicGroup(groupId, step.now().wallMs());
        groups.put(group);
        step.emit(StoredForms.stored(group));
        return group;
    }

    private boolean accepts(ClassicGroup group, String memberId) {
        int max = groups.settings().maxSize();
        return switch (group.state()) {
            case EMPTY -> true;
            case PREPARING_REBALANCE ->
                (group.has(memberId) && group.member(memberId).isAwaitingJoin()) || group.awaitingJoinCount() < max;
            case COMPLETING_REBALANCE, STABLE ->
                group.has(memberId) || group.members().size() < max;
        };
    }

    private void joinAsNew(ClassicGroup group, Asked asked, Step<GroupEvent> step) {
        String instanceId = asked.instanceId();
        String memberId = groups.newMemberId(instanceId == null ? asked.client().id() : instanceId);
        String predecessor = group.staticMemberId(instanceId);
        if (predecessor != null) {
            replaceStatic(group, group.member(predecessor), memberId, asked, step);
        } else if (instanceId == null && asked.client().version() >= FIRST_WITH_KNOWN_IDS) {
            group.addPending(memberId);
            rebalance.expectSign(group, memberId, asked.request().sessionTimeoutMs(), step);
            step.answer(asked.waiter(), Rebalance.refusedJoin(memberId, ErrorCode.MEMBER_ID_REQUIRED));
        } else {
            add(group, memberId, asked, step);
        }
    }

    private void add(ClassicGroup group, String memberId, Asked asked, Step<GroupEvent> step) {
        ClassicMember member = new ClassicMember(
                memberId,
                asked.instanceId(),
                asked.client().id(),
                asked.client().host(),
                asked.rebalanceTimeoutMs(),
                asked.request().sessionTimeoutMs(),
                asked.protocols());
        member.joiningFirst(true);
        member.awaitJoin(asked.waiter());
        group.add(member, asked.request().protocolType());
        rebalance.expectSign(group, memberId, GroupSettings.NEW_MEMBER_JOIN_TIMEOUT_MS, step);
        rebalance.prepareOrComplete(group, memberId + " joins; its reason: " + asked.reason(), step);
    }

    private void joinAgain(ClassicGroup group, Asked asked, Step<GroupEvent> step) {
        if (group.isPending(asked.memberId())) {
            if (asked.instanceId() != null) {
                throw new OttlaException(
                        ErrorCode.UNKNOWN_MEMBER_ID, "The id was given to a member without an instance id");
            }
            add(group, asked.memberId(), asked, step);
            return;
        }
        try {
            group.checkMember(asked.memberId(), asked.instanceId());
        } catch (OttlaException stranger) {
            refuse(asked, stranger.code(), step);
            return;
        }
        ClassicMember member = group.member(asked.memberId());
        boolean same = member.hasSame(asked.protocols());
        switch (group.state()) {
            case PREPARING_REBALANCE -> update(group, member, asked, "joins", step);
            case COMPLETING_REBALANCE -> {
                if (same) {
                    // It may not have got the first answer.
                    step.answer(asked.waiter(), Rebalance.joined(group, member));
                } else {
                    update(group, member, asked, "has changed", step);
                }
            }
            case STABLE -> {
                // The leader knows of changes that its metadata does not show, such as new partitions.
                if (group.isLeader(asked.memberId()) || !same) {
                    update(group, member, asked, same ? "leads and joins again" : "has changed", step);
                } else {
                    step.answer(asked.waiter(), Rebalance.joined(group, member));
                }
            }
            case EMPTY -> refuse(asked, ErrorCode.UNKNOWN_MEMBER_ID, step);
        }
    }

    private void update(ClassicGroup group, ClassicMember member, Asked asked, String what, Step<GroupEvent> step) {
        takeOver(group, member, asked, step);
        rebalance.prepareOrComplete(group, member.memberId() + " " + what + "; its reason: " + asked.reason(), step);
    }

    private static void takeOver(ClassicGroup group, ClassicMember member, Asked asked, Step<GroupEvent> step) {
        group.update(
                member,
                asked.client(),
                asked.rebalanceTimeoutMs(),
                asked.request().sessionTimeoutMs(),
                asked.protocols());
        Waiter<JoinGroupResponseData> earlier = member.awaitsJoin();
        if (earlier != null) {
            // The client gave that connection up, or it would not ask again.
            step.answer(earlier, Rebalance.refusedJoin(member.memberId(), ErrorCode.REBALANCE_IN_PROGRESS));
        }
        group.awaitJoin(member, asked.waiter());
    }

    /** A static member is back under a new id; who still uses the old one is told so. */
    private void replaceStatic(
            ClassicGroup group, ClassicMember old, String newMemberId, Asked asked, Step<GroupEvent> step) {
        String leaderBefore = group.leader();
        if (old.awaitsJoin() != null) {
            step.answer(old.awaitsJoin(), Rebalance.refusedJoin(old.memberId(), ErrorCode.FENCED_INSTANCE_ID));
        }
        if (old.awaitsSync() != null) {
            step.answer(old.awaitsSync(), SyncGroup.refused(ErrorCode.FENCED_INSTANCE_ID));
        }
        ClassicMember member = group.rename(old, newMemberId);
        rebalance.forgetSession(group, old.memberId());
        rebalance.expectHeartbeat(group, member, step);
        takeOver(group, member, asked, step);
        switch (group.state()) {
            case STABLE -> {
                if (String.valueOf(group.protocol()).equals(group.selectProtocol())) {
                    group.awaitJoin(member, null);
                    step.emit(StoredForms.stored(group));
                    step.answer(
                            asked.waiter(),
                            keptPlace(
                                    group, member, leaderBefore, asked.client().version()));
                } else {
                    rebalance.prepareOrComplete(group, newMemberId + " is back with other protocols", step);
                }
            }
            case COMPLETING_REBALANCE ->
                // The leader may have been told the old id.
                rebalance.prepare(group, newMemberId + " is back as static member " + asked.instanceId(), step);
            case PREPARING_REBALANCE -> rebalance.completeIfAllJoined(group, step);
            case EMPTY -> refuse(asked, ErrorCode.UNKNOWN_MEMBER_ID, step);
        }
    }

    /** It goes on where it was, without a rebalance. */
    private static JoinGroupResponseData keptPlace(
            ClassicGroup group, ClassicMember member, @Nullable String leaderBefore, short version) {
        JoinGroupResponseData answer = Rebalance.joined(group, member);
        if (version >= FIRST_THAT_SKIPS_ASSIGNMENT) {
            return answer.setSkipAssignment(group.isLeader(member.memberId()));
        }
        // An older leader must not know that it is the leader: it would assign again.
        return answer.setMembers(List.of()).setLeader(leaderBefore);
    }

    private static void refuse(Asked asked, ErrorCode error, Step<GroupEvent> step) {
        step.answer(asked.waiter(), Rebalance.refusedJoin(asked.memberId(), error));
    }

    private static List<ClassicOffer> protocols(JoinGroupRequestData request) {
        return request.protocols().stream()
                .map(offered -> new ClassicOffer(offered.name(), offered.metadata()))
                .toList();
    }
}
