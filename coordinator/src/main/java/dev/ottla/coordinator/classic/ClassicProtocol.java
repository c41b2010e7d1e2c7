package dev.ottla.coordinator.classic;

import dev.ottla.coordinator.event.ClassicGroupStored;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.group.Membership;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/** The door of the classic protocol: its requests, its timers, its replay. */
public final class ClassicProtocol {
    private final Groups groups;
    private final Rebalance rebalance;
    private final JoinGroup joinGroup;
    private final SyncGroup syncGroup;
    private final ClassicHeartbeat heartbeat;
    private final LeaveGroup leaveGroup;

    public ClassicProtocol(Groups groups) {
        this.groups = groups;
        this.rebalance = new Rebalance(groups);
        this.joinGroup = new JoinGroup(groups, rebalance);
        this.syncGroup = new SyncGroup(groups, rebalance);
        this.heartbeat = new ClassicHeartbeat(groups, rebalance);
        this.leaveGroup = new LeaveGroup(groups, rebalance);
    }

    public void join(
            Client client, JoinGroupRequestData request, Waiter<JoinGroupResponseData> waiter, Step<GroupEvent> step) {
        joinGroup.run(client, request, waiter, step);
    }

    public void sync(SyncGroupRequestData request, Waiter<SyncGroupResponseData> waiter, Step<GroupEvent> step) {
        syncGroup.run(request, waiter, step);
    }

    /** @throws dev.ottla.base.OttlaException INVALID_GROUP_ID, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION */
    public HeartbeatResponseData heartbeat(HeartbeatRequestData request, Step<GroupEvent> step) {
        return heartbeat.run(request, step);
    }

    /** @throws dev.ottla.base.OttlaException INVALID_GROUP_ID */
    public LeaveGroupResponseData leave(LeaveGroupRequestData request, Step<GroupEvent> step) {
        return leaveGroup.run(request, step);
    }

    /** A committing member lives. */
    public void committed(ClassicGroup group, String memberId, Step<GroupEvent> step) {
        boolean counts = group.isIn(ClassicState.STABLE) || group.isIn(ClassicState.PREPARING_REBALANCE);
        if (counts && group.has(memberId)) {
            rebalance.expectHeartbeat(group, group.member(memberId), step);
        }
    }

    /** The group goes over to the other protocol: whoever waits is told to ask again, and finds it there. */
    public Membership handOver(ClassicGroup group, Step<GroupEvent> step) {
        rebalance.breakOff(group, step);
        group.forgotten().forEach(step::emit);
        groups.remove(group.groupId());
        return StoredForms.handedOver(group);
    }

    /**
     * A group comes from the other protocol, of which nobody is left.
     *
     * @param rebalances whether somebody has gone, so that the others should share anew
     */
    public void takeOver(Membership membership, boolean rebalances, Step<GroupEvent> step) {
        ClassicGroup group = StoredForms.takenOver(membership, step.now().wallMs());
        groups.put(group);
        step.emit(StoredForms.stored(group));
        group.members().forEach(member -> rebalance.expectHeartbeat(group, member, step));
        if (rebalances) {
            rebalance.prepare(group, "nobody is left who speaks the consumer protocol", step);
        }
    }

    public void replay(ClassicGroupStored stored) {
        groups.put(StoredForms.restored(stored));
    }

    /** A group that was read from the log goes on: its members have a session's time to show up. */
    public void resume(ClassicGroup group, Step<GroupEvent> step) {
        group.members().forEach(member -> rebalance.expectHeartbeat(group, member, step));
        int max = groups.settings().maxSize();
        if (group.members().size() > max) {
            rebalance.prepare(group, "it has more than the " + max + " members of group.max.size", step);
        }
    }

    public void joinTimeIsOver(GroupTimer.Joining due, Step<GroupEvent> step) {
        if (groups.get(due.groupId()) instanceof ClassicGroup group) {
            rebalance.joinTimeIsOver(group, step);
        }
    }

    public void syncTimeIsOver(GroupTimer.Syncing due, Step<GroupEvent> step) {
        if (groups.get(due.groupId()) instanceof ClassicGroup group) {
            rebalance.syncTimeIsOver(group, step);
        }
    }

    /** A member has not shown that it lives. */
    public void sessionIsOver(ClassicGroup group, String memberId, Step<GroupEvent> step) {
        if (group.isPending(memberId)) {
            rebalance.forget(group, memberId);
            rebalance.removed(group, memberId + " never joined", step);
            return;
        }
        if (!group.has(memberId)) {
            return;
        }
        ClassicMember member = group.member(memberId);
        // Whoever waits for our answer cannot send heartbeats; but a first join may have been given up.
        boolean waitsForUs = member.isAwaitingJoin() || member.isAwaitingSync();
        if (member.isJoiningFirst() || !waitsForUs) {
            rebalance.remove(group, member, step);
            rebalance.removed(group, memberId + " has not sent a heartbeat in time", step);
        }
    }
}
