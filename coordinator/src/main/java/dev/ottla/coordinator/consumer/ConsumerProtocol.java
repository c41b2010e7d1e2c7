package dev.ottla.coordinator.consumer;

import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.ClassicWish;
import dev.ottla.coordinator.event.ConsumerGroupEvent;
import dev.ottla.coordinator.event.ConsumerGroupStored;
import dev.ottla.coordinator.event.ConsumerMemberStored;
import dev.ottla.coordinator.event.CurrentAssignment;
import dev.ottla.coordinator.event.CurrentAssignmentStored;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.MemberWish;
import dev.ottla.coordinator.event.TargetEpochStored;
import dev.ottla.coordinator.event.TargetStored;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Embedded;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.group.Membership;
import dev.ottla.coordinator.runtime.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door of the consumer protocol: its heartbeat, the classic requests to its groups, its timers, its replay. */
public final class ConsumerProtocol {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerProtocol.class);

    private final Groups groups;
    private final Assignors assignors;
    private final Rebalance rebalance;
    private final ConsumerHeartbeat heartbeat;
    private final ClassicSide classicSide;

    public ConsumerProtocol(Groups groups) {
        this.groups = groups;
        this.assignors = new Assignors(groups);
        this.rebalance = new Rebalance(groups, assignors);
        this.heartbeat = new ConsumerHeartbeat(groups, rebalance);
        this.classicSide = new ClassicSide(groups, rebalance);
    }

    /**
     * A member joins, lives, changes or leaves.
     *
     * @throws OttlaException what KIP-848 says
     */
    public ConsumerGroupHeartbeatResponseData heartbeat(
            Client client, ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        check(client, request);
        return heartbeat.run(client, request, step);
    }

    /**
     * Checks what a heartbeat says, whatever group it is for.
     *
     * @throws OttlaException INVALID_REQUEST, UNSUPPORTED_ASSIGNOR, INVALID_REGULAR_EXPRESSION
     */
    public void check(Client client, ConsumerGroupHeartbeatRequestData request) {
        new HeartbeatCheck(request, client.version(), assignors).check();
    }

    /** JoinGroup of a member that speaks the classic protocol still; throws what the answer's error should be. */
    public JoinGroupResponseData join(
            ConsumerGroup group, Client client, JoinGroupRequestData request, Step<GroupEvent> step) {
        return classicSide.join(group, client, request, step);
    }

    /** SyncGroup of such a member; throws what the answer's error should be. */
    public SyncGroupResponseData sync(ConsumerGroup group, SyncGroupRequestData request, Step<GroupEvent> step) {
        return classicSide.sync(group, request, step);
    }

    /** Heartbeat of such a member; throws what the answer's error should be. */
    public HeartbeatResponseData heartbeat(ConsumerGroup group, HeartbeatRequestData request, Step<GroupEvent> step) {
        return classicSide.heartbeat(group, request, step);
    }

    public LeaveGroupResponseData leave(ConsumerGroup group, LeaveGroupRequestData request, Step<GroupEvent> step) {
        return classicSide.leave(group, request, step);
    }

    /** A group comes from the classic protocol: each member has what its leader gave it. */
    public void takeOver(Membership membership, Step<GroupEvent> step) {
        String groupId = membership.groupId();
        int epoch = membership.generation();
        ConsumerGroup group = new ConsumerGroup(groupId);
        groups.put(group);
        Map<String, MemberWish> wishes = new HashMap<>();
        membership.members().forEach(each -> wishes.put(each.memberId(), wishOf(each)));
        SortedSet<String> topics = new TreeSet<>();
        wishes.values().forEach(wish -> topics.addAll(wish.topics()));
        long hash = Subscribed.hash(topics, groups.image());
        rebalance.emit(group, new ConsumerGroupStored(groupId, epoch, hash), step);
        for (Membership.Member each : membership.members()) {
            MemberWish wish = Objects.requireNonNull(wishes.get(each.memberId()));
            rebalance.emit(group, new ConsumerMemberStored(groupId, each.memberId(), wish), step);
            SortedMap<String, SortedSet<Integer>> given = Embedded.partitions(each.assignment());
            Map<TopicId, SortedSet<Integer>> target = Topics.byId(given, groups.image());
            rebalance.emit(group, new TargetStored(groupId, each.memberId(), target), step);
            CurrentAssignment current = new CurrentAssignment(
                    epoch, epoch, CurrentAssignment.State.STABLE, Topics.since(epoch, held(each, given)), Map.of());
            rebalance.emit(group, new CurrentAssignmentStored(groupId, each.memberId(), current), step);
            rebalance.expectHeartbeat(group, each.memberId(), step);
        }
        rebalance.emit(group, new TargetEpochStored(groupId, epoch, 0), step);
        LOG.info("Group {} goes over to the consumer protocol at epoch {}", groupId, epoch);
    }

    /**
     * What a member may still have: with what its leader gave it, what it had when it joined. The leader takes that away in two rebalances, and this may be the moment between
     * them; nobody else may have it before the member has joined again without it.
     */
    private Map<TopicId, SortedSet<Integer>> held(
            Membership.Member member, SortedMap<String, SortedSet<Integer>> given) {
        SortedMap<String, SortedSet<Integer>> held = new TreeMap<>();
        given.forEach((topic, partitions) -> held.put(topic, new TreeSet<>(partitions)));
        Embedded.Subscription subscription = Embedded.subscription(member.subscription());
        if (subscription != null) {
            subscription
                    .owned()
                    .forEach((topic, partitions) ->
                            held.computeIfAbsent(topic, name -> new TreeSet<>()).addAll(partitions));
        }
        return Topics.byId(held, groups.image());
    }

    private static MemberWish wishOf(Membership.Member member) {
        Embedded.Subscription subscription = Embedded.subscription(member.subscription());
        return new MemberWish(
                member.instanceId(),
                subscription == null ? null : subscription.rackId(),
                member.clientId(),
                member.clientHost(),
                member.rebalanceTimeoutMs(),
                subscription == null ? List.of() : List.copyOf(new TreeSet<>(subscription.topics())),
                "",
                null,
                new ClassicWish(member.sessionTimeoutMs(), member.offers()));
    }

    /** Whether nobody is left who speaks the consumer protocol, and those who are may go back to the classic one. */
    public boolean isLeftToClassicMembers(ConsumerGroup group) {
        return rebalance.isLeftToClassicMembers(group);
    }

    /** Whether each member has what it should. */
    public boolean isSettled(ConsumerGroup group) {
        return group.epoch() == group.targetEpoch()
                && group.members().stream().allMatch(member -> member.isStable(group.targetEpoch()));
    }

    /** Such a group goes over to the classic protocol, with what each member may have, be it more than it should. */
    public Membership handOver(ConsumerGroup group, Step<GroupEvent> step) {
        LOG.info("Group {} goes over to the classic protocol at epoch {}", group.groupId(), group.epoch());
        List<Membership.Member> members = new ArrayList<>();
        for (ConsumerMember member : List.copyOf(group.members())) {
            ClassicWish classic = member.wish().classic();
            if (classic == null) {
                throw new IllegalStateException(member.memberId() + " does not speak the classic protocol");
            }
            byte[] subscription = classic.offers().getFirst().metadata();
            members.add(new Membership.Member(
                    member.memberId(),
                    member.wish().instanceId(),
                    member.wish().clientId(),
                    member.wish().clientHost(),
                    member.wish().rebalanceTimeoutMs(),
                    classic.sessionTimeoutMs(),
                    classic.offers(),
                    subscription,
                    Embedded.assignment(Topics.byName(member.held(), groups.image()), subscription)));
            rebalance.forget(group, member, step);
        }
        groups.timers().cancel(new GroupTimer.Assigning(group.groupId()));
        group.forgotten().forEach(step::emit);
        groups.remove(group.groupId());
        return new Membership(group.groupId(), group.epoch(), members);
    }

    /** A member has not done in time what it was told to. */
    public void isLate(String groupId, String memberId, Step<GroupEvent> step) {
        if (groups.get(groupId) instanceof ConsumerGroup group) {
            sessionIsOver(group, memberId, step);
        }
    }

    public void replay(ConsumerGroupEvent event) {
        if (groups.get(event.groupId()) instanceof ConsumerGroup group) {
            group.apply(event);
            return;
        }
        ConsumerGroup group = new ConsumerGroup(event.groupId());
        group.apply(event);
        groups.put(group);
    }

    /** A group that was read from the log goes on: its members have a session's time to show up. */
    public void resume(ConsumerGroup group, Step<GroupEvent> step) {
        for (ConsumerMember member : group.members()) {
            rebalance.expectHeartbeat(group, member.memberId(), step);
            rebalance.expectRevocation(group, member, step);
        }
    }

    public void sessionIsOver(ConsumerGroup group, String memberId, Step<GroupEvent> step) {
        ConsumerMember member = group.member(memberId);
        if (member != null) {
            LOG.info("Member {} of group {} has not sent a heartbeat in time", memberId, group.groupId());
            rebalance.remove(group, member, step);
        }
    }

    public void revocationIsOver(GroupTimer.Revoking due, Step<GroupEvent> step) {
        if (groups.get(due.groupId()) instanceof ConsumerGroup group) {
            ConsumerMember member = group.member(due.memberId());
            if (member != null && Rebalance.revokes(member) && member.epoch() == due.memberEpoch()) {
                LOG.info("Member {} of group {} kept what others should have", due.memberId(), due.groupId());
                rebalance.remove(group, member, step);
            }
        }
    }

    public void mayAssign(GroupTimer.Assigning due, Step<GroupEvent> step) {
        if (groups.get(due.groupId()) instanceof ConsumerGroup group && group.epoch() > group.targetEpoch()) {
            rebalance.assign(group, step);
        }
    }
}
