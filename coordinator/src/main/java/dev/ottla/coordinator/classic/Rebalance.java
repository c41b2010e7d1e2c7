package dev.ottla.coordinator.classic;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a classic group gets from one generation to the next: all members join, the leader assigns, all fetch their share. */
final class Rebalance {
    private static final Logger LOG = LoggerFactory.getLogger(Rebalance.class);

    private final Groups groups;

    Rebalance(Groups groups) {
        this.groups = groups;
    }

    /** Begins a rebalance, or ends one that waited only for this. */
    void prepareOrComplete(ClassicGroup group, String reason, Step<GroupEvent> step) {
        if (group.isIn(ClassicState.PREPARING_REBALANCE)) {
            completeIfAllJoined(group, step);
        } else {
            prepare(group, reason, step);
        }
    }

    void prepare(ClassicGroup group, String reason, Step<GroupEvent> step) {
        if (group.isIn(ClassicState.COMPLETING_REBALANCE)) {
            group.members().forEach(member -> member.assign(ClassicMember.NO_ASSIGNMENT));
            answerSyncs(group, ErrorCode.REBALANCE_IN_PROGRESS, step);
        }
        group.pendingSyncs().clear();
        groups.timers().cancel(new GroupTimer.Syncing(group.groupId()));
        LOG.info("Group {} rebalances, from generation {}: {}", group.groupId(), group.generation(), reason);
        group.enter(ClassicState.PREPARING_REBALANCE, step.now().wallMs());
        if (group.isInitialRebalance()) {
            GroupSettings settings = groups.settings();
            group.initialDelayLeftMs(Math.max(group.rebalanceTimeoutMs() - settings.initialRebalanceDelayMs(), 0));
            joinBy(group, settings.initialRebalanceDelayMs(), step);
        } else if (group.haveAllJoined()) {
            complete(group, step);
        } else {
            joinBy(group, group.rebalanceTimeoutMs(), step);
        }
    }

    /** An empty group waits for its first members for a while, whoever has joined. */
    void completeIfAllJoined(ClassicGroup group, Step<GroupEvent> step) {
        if (group.isIn(ClassicState.PREPARING_REBALANCE) && !group.isInitialRebalance() && group.haveAllJoined()) {
            complete(group, step);
        }
    }

    /** Nobody waits any more, for anything: all are told to begin again. */
    void breakOff(ClassicGroup group, Step<GroupEvent> step) {
        groups.timers().cancel(new GroupTimer.Joining(group.groupId()));
        groups.timers().cancel(new GroupTimer.Syncing(group.groupId()));
        group.pendingMembers().forEach(memberId -> forgetSession(group, memberId));
        for (ClassicMember member : group.members()) {
            forgetSession(group, member.memberId());
            Waiter<JoinGroupResponseData> join = member.awaitsJoin();
            if (join != null) {
                group.awaitJoin(member, null);
                step.answer(join, refusedJoin(member.memberId(), ErrorCode.REBALANCE_IN_PROGRESS));
            }
            Waiter<SyncGroupResponseData> sync = member.awaitsSync();
            if (sync != null) {
                member.awaitSync(null);
                step.answer(sync, SyncGroup.refused(ErrorCode.REBALANCE_IN_PROGRESS));
            }
        }
    }

    /** The time to join is over. */
    void joinTimeIsOver(ClassicGroup group, Step<GroupEvent> step) {
        if (!group.isIn(ClassicState.PREPARING_REBALANCE)) {
            return;
        }
        long leftMs = group.initialDelayLeftMs();
        if (group.isInitialRebalance() && group.takeGrewSinceDelay() && leftMs > 0) {
            int delayMs = groups.settings().initialRebalanceDelayMs();
            group.initialDelayLeftMs(Math.max(leftMs - delayMs, 0));
            joinBy(group, Math.min(delayMs, leftMs), step);
            return;
        }
        complete(group, step);
    }

    private void joinBy(ClassicGroup group, long inMs, Step<GroupEvent> step) {
        groups.timers().set(new GroupTimer.Joining(group.groupId()), step.now().monotonicMs() + inMs);
    }

    /** Those who joined are the next generation. */
    private void complete(ClassicGroup group, Step<GroupEvent> step) {
        groups.timers().cancel(new GroupTimer.Joining(group.groupId()));
        for (ClassicMember member : List.copyOf(group.members())) {
            if (!member.isAwaitingJoin() && !member.isStatic()) {
                LOG.info("Member {} of group {} did not join in time", member.memberId(), group.groupId());
                forget(group, member.memberId());
            }
        }
        if (!group.electJoinedLeader() && !group.isEmpty()) {
            // Only static members that are away: they keep their place until their sessions end.
            joinBy(group, group.rebalanceTimeoutMs(), step);
            return;
        }
        group.nextGeneration(step.now().wallMs());
        if (group.isEmpty()) {
            LOG.info("Group {} is empty, generation {}", group.groupId(), group.generation());
            step.emit(StoredForms.stored(group));
            return;
        }
        for (ClassicMember member : group.members()) {
            Waiter<JoinGroupResponseData> waiter = member.awaitsJoin();
            group.awaitJoin(member, null);
            if (waiter != null) {
                step.answer(waiter, joined(group, member));
            }
            member.joiningFirst(false);
            expectHeartbeat(group, member, step);
            group.pendingSyncs().add(member.memberId());
        }
        groups.timers()
                .set(new GroupTimer.Syncing(group.groupId()), step.now().monotonicMs() + group.rebalanceTimeoutMs());
    }

    /** The leader has assigned: the generation begins its work. */
    void assign(ClassicGroup group, Step<GroupEvent> step) {
        group.enter(ClassicState.STABLE, step.now().wallMs());
        step.emit(StoredForms.stored(group));
        answerSyncs(group, ErrorCode.NONE, step);
    }

    /** The time to fetch the assignment is over: who has not is gone. */
    void syncTimeIsOver(ClassicGroup group, Step<GroupEvent> step) {
        boolean rests = group.isIn(ClassicState.EMPTY) || group.isIn(ClassicState.PREPARING_REBALANCE);
        if (rests || group.pendingSyncs().isEmpty()) {
            return;
        }
        List<String> late = List.copyOf(group.pendingSyncs());
        late.forEach(memberId -> forget(group, memberId));
        prepare(group, late + " did not ask for their assignment in time", step);
    }

    /** A member is gone; who is left goes on without it. */
    void removed(ClassicGroup group, String reason, Step<GroupEvent> step) {
        switch (group.state()) {
            case STABLE, COMPLETING_REBALANCE -> prepare(group, reason, step);
            case PREPARING_REBALANCE -> {
                if (group.haveAllJoined()) {
                    complete(group, step);
                }
            }
            case EMPTY -> {}
        }
    }

    /** Takes a member out; if its join waits, the client is told to begin again. */
    void remove(ClassicGroup group, ClassicMember member, Step<GroupEvent> step) {
        Waiter<JoinGroupResponseData> join = member.awaitsJoin();
        if (join != null) {
            group.awaitJoin(member, null);
            step.answer(join, refusedJoin("", ErrorCode.UNKNOWN_MEMBER_ID));
        }
        Waiter<SyncGroupResponseData> sync = member.awaitsSync();
        if (sync != null) {
            member.awaitSync(null);
            step.answer(sync, new SyncGroupResponseData().setErrorCode(ErrorCode.UNKNOWN_MEMBER_ID.wireCode()));
        }
        forget(group, member.memberId());
    }

    void forget(ClassicGroup group, String memberId) {
        group.remove(memberId);
        forgetSession(group, memberId);
    }

    void forgetSession(ClassicGroup group, String memberId) {
        groups.timers().cancel(new GroupTimer.Session(group.groupId(), memberId));
    }

    void expectHeartbeat(ClassicGroup group, ClassicMember member, Step<GroupEvent> step) {
        expectSign(group, member.memberId(), member.sessionTimeoutMs(), step);
    }

    /** The member must show that it lives within so long. */
    void expectSign(ClassicGroup group, String memberId, int withinMs, Step<GroupEvent> step) {
        groups.timers()
                .set(
                        new GroupTimer.Session(group.groupId(), memberId),
                        step.now().monotonicMs() + withinMs);
    }

    private void answerSyncs(ClassicGroup group, ErrorCode error, Step<GroupEvent> step) {
        for (ClassicMember member : group.members()) {
            Waiter<SyncGroupResponseData> waiter = member.awaitsSync();
            if (waiter == null) {
                continue;
            }
            member.awaitSync(null);
            step.answer(
                    waiter,
                    error == ErrorCode.NONE
                            ? synced(group, member)
                            : new SyncGroupResponseData().setErrorCode(error.wireCode()));
            // While it waited, its session could not end.
            expectHeartbeat(group, member, step);
        }
    }

    static SyncGroupResponseData synced(ClassicGroup group, ClassicMember member) {
        return new SyncGroupResponseData()
                .setProtocolType(group.protocolType())
                .setProtocolName(group.protocol())
                .setAssignment(member.assignment());
    }

    /** The current generation, as a member is told; the leader is told who the others are. */
    static JoinGroupResponseData joined(ClassicGroup group, ClassicMember member) {
        return new JoinGroupResponseData()
                .setMemberId(member.memberId())
                .setGenerationId(group.generation())
                .setProtocolType(group.protocolType())
                .setProtocolName(group.protocol())
                .setLeader(group.leader())
                .setMembers(group.isLeader(member.memberId()) ? shownToLeader(group) : List.of());
    }

    static JoinGroupResponseData refusedJoin(String memberId, ErrorCode error) {
        return new JoinGroupResponseData().setMemberId(memberId).setErrorCode(error.wireCode());
    }

    private static List<JoinGroupResponseMember> shownToLeader(ClassicGroup group) {
        List<JoinGroupResponseMember> shown = new ArrayList<>(group.members().size());
        for (ClassicMember member : group.members()) {
            shown.add(new JoinGroupResponseMember()
                    .setMemberId(member.memberId())
                    .setGroupInstanceId(member.instanceId())
                    .setMetadata(member.metadata(group.protocol())));
        }
        return shown;
    }
}
