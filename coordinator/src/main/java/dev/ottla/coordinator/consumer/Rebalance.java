package dev.ottla.coordinator.consumer;

import dev.ottla.base.TopicId;
import dev.ottla.coordinator.assign.Assignor;
import dev.ottla.coordinator.event.ClassicWish;
import dev.ottla.coordinator.event.ConsumerGroupEvent;
import dev.ottla.coordinator.event.ConsumerGroupStored;
import dev.ottla.coordinator.event.ConsumerMemberForgotten;
import dev.ottla.coordinator.event.ConsumerMemberStored;
import dev.ottla.coordinator.event.CurrentAssignment;
import dev.ottla.coordinator.event.CurrentAssignmentForgotten;
import dev.ottla.coordinator.event.CurrentAssignmentStored;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.MemberWish;
import dev.ottla.coordinator.event.PatternForgotten;
import dev.ottla.coordinator.event.PatternResolved;
import dev.ottla.coordinator.event.TargetEpochStored;
import dev.ottla.coordinator.event.TargetForgotten;
import dev.ottla.coordinator.event.TargetStored;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a group of the consumer protocol gets from one epoch to the next, and what its timers wait for. */
final class Rebalance {
    private static final Logger LOG = LoggerFactory.getLogger(Rebalance.class);

    private final Groups groups;
    private final Assignors assignors;

    Rebalance(Groups groups, Assignors assignors) {
        this.groups = groups;
        this.assignors = assignors;
    }

    /** Whether nobody is left who speaks the consumer protocol, and those who are may go back to the classic one. */
    boolean isLeftToClassicMembers(ConsumerGroup group) {
        return groups.settings().consumer().migration().downgrades()
                && group.members().size() <= groups.settings().maxSize()
                && group.isLeftToClassicMembers();
    }

    void emit(ConsumerGroup group, ConsumerGroupEvent event, Step<GroupEvent> step) {
        group.apply(event);
        step.emit(event);
    }

    /** A static member is back: what it had is still its own, and nobody else moves. */
    ConsumerMember replace(ConsumerGroup group, ConsumerMember old, String memberId, Step<GroupEvent> step) {
        String groupId = group.groupId();
        Map<TopicId, SortedSet<Integer>> target = group.target(old.memberId());
        CurrentAssignment back = new CurrentAssignment(
                0, -1, CurrentAssignment.State.STABLE, old.current().assigned(), Map.of());
        forget(group, old, step);
        emit(group, new ConsumerMemberStored(groupId, memberId, old.wish()), step);
        emit(group, new TargetStored(groupId, memberId, target), step);
        emit(group, new CurrentAssignmentStored(groupId, memberId, back), step);
        return ConsumerMember.named(memberId).wishing(old.wish()).having(back);
    }

    /** Moves a member a step towards its target. */
    ConsumerMember reconcile(
            ConsumerGroup group,
            String memberId,
            @Nullable Map<TopicId, SortedSet<Integer>> owned,
            Step<GroupEvent> step) {
        ConsumerMember member = group.member(memberId);
        if (member == null) {
            throw new IllegalStateException(memberId + " is not in " + group.groupId());
        }
        CurrentAssignment next = new Reconciliation(group, member, owned).next();
        if (!next.equals(member.current())) {
            groups.timers().cancel(new GroupTimer.Revoking(group.groupId(), memberId, member.epoch()));
            emit(group, new CurrentAssignmentStored(group.groupId(), memberId, next), step);
            member = member.having(next);
        }
        expectRevocation(group, member, step);
        return member;
    }

    /** Whether a member reads something else now. */
    boolean wantsOther(MemberWish before, MemberWish after) {
        return !before.subscription().equals(after.subscription());
    }

    /** A member is gone, and what it had is free. */
    void remove(ConsumerGroup group, ConsumerMember member, Step<GroupEvent> step) {
        remove(group, List.of(member), step);
    }

    void remove(ConsumerGroup group, List<ConsumerMember> gone, Step<GroupEvent> step) {
        gone.forEach(member -> forget(group, member, step));
        // Whoever is left is assigned with its next heartbeat, or by the classic protocol.
        if (!gone.isEmpty() && !isLeftToClassicMembers(group)) {
            refresh(group, true, step);
        }
    }

    void forget(ConsumerGroup group, ConsumerMember member, Step<GroupEvent> step) {
        String groupId = group.groupId();
        String memberId = member.memberId();
        emit(group, new CurrentAssignmentForgotten(groupId, memberId), step);
        emit(group, new TargetForgotten(groupId, memberId), step);
        emit(group, new ConsumerMemberForgotten(groupId, memberId), step);
        groups.timers().cancel(new GroupTimer.Session(groupId, memberId));
        groups.timers().cancel(new GroupTimer.Revoking(groupId, memberId, member.epoch()));
        groups.timers().cancel(new GroupTimer.Rejoining(groupId, memberId));
        groups.timers().cancel(new GroupTimer.Fetching(groupId, memberId));
    }

    /** Looks at the topics again; makes a new epoch when something is new. */
    void refresh(ConsumerGroup group, boolean changed, Step<GroupEvent> step) {
        ClusterImage image = groups.image();
        boolean news = group.takeNews(image);
        if (!changed && !news) {
            return;
        }
        resolvePatterns(group, image, news, step);
        SortedSet<String> topics = new TreeSet<>();
        group.subscriptions().forEach(subscription -> topics.addAll(group.topicsOf(subscription)));
        long hash = Subscribed.hash(topics, image);
        if (changed || hash != group.metadataHash()) {
            emit(group, new ConsumerGroupStored(group.groupId(), group.epoch() + 1, hash), step);
        }
    }

    private void resolve(ConsumerGroup group, String pattern, ClusterImage image, Step<GroupEvent> step) {
        PatternResolved known = group.patterns().get(pattern);
        SortedSet<String> topics = Subscribed.matching(pattern, image);
        if (known == null || !known.topics().equals(topics)) {
            long nowMs = step.now().wallMs();
            emit(group, new PatternResolved(group.groupId(), pattern, topics, 0, nowMs), step);
        }
    }

    private void resolvePatterns(ConsumerGroup group, ClusterImage image, boolean news, Step<GroupEvent> step) {
        SortedSet<String> used = new TreeSet<>();
        for (MemberWish.Subscription subscription : group.subscriptions()) {
            if (subscription.pattern() != null) {
                used.add(subscription.pattern());
            }
        }
        for (String pattern : used) {
            if (news || !group.patterns().containsKey(pattern)) {
                resolve(group, pattern, image, step);
            }
        }
        for (String pattern : List.copyOf(group.patterns().keySet())) {
            if (!used.contains(pattern)) {
                emit(group, new PatternForgotten(group.groupId(), pattern), step);
            }
        }
    }

    /** Assigns for the newest epoch, unless it has just assigned: then in a while. */
    void assignIfDue(ConsumerGroup group, Step<GroupEvent> step) {
        if (group.epoch() <= group.targetEpoch()) {
            return;
        }
        int intervalMs = groups.times(group.groupId()).assignmentIntervalMs();
        long inMs = Math.min(group.assignedAtMs() + intervalMs - step.now().wallMs(), intervalMs);
        if (inMs <= 0) {
            assign(group, step);
        } else {
            groups.timers()
                    .set(new GroupTimer.Assigning(group.groupId()), step.now().monotonicMs() + inMs);
        }
    }

    void assign(ConsumerGroup group, Step<GroupEvent> step) {
        groups.timers().cancel(new GroupTimer.Assigning(group.groupId()));
        ClusterImage image = groups.image();
        Map<String, Assignor.Reader> readers =
                LinkedHashMap.newLinkedHashMap(group.members().size());
        Map<TopicId, Integer> partitionCounts = new TreeMap<>();
        Map<MemberWish.Subscription, SortedSet<TopicId>> topicsOf = new HashMap<>();
        for (MemberWish.Subscription subscription : group.subscriptions()) {
            topicsOf.put(subscription, ids(group.topicsOf(subscription), image, partitionCounts));
        }
        SortedSet<TopicId> common =
                topicsOf.size() == 1 ? topicsOf.values().iterator().next() : null;
        for (ConsumerMember member : group.members()) {
            SortedSet<TopicId> topics = common == null
                    ? Objects.requireNonNull(topicsOf.get(member.wish().subscription()))
                    : common;
            readers.put(
                    member.memberId(),
                    new Assignor.Reader(member.wish().instanceId(), topics, group.target(member.memberId())));
        }
        Assignor assignor = assignors.of(group);
        assignor.assign(readers, partitionCounts).forEach((memberId, partitions) -> {
            if (!group.hasTarget(memberId) || !partitions.equals(group.target(memberId))) {
                emit(group, new TargetStored(group.groupId(), memberId, partitions), step);
            }
        });
        emit(
                group,
                new TargetEpochStored(group.groupId(), group.epoch(), step.now().wallMs()),
                step);
        LOG.info("Group {} is assigned at epoch {} ({})", group.groupId(), group.epoch(), assignor.name());
    }

    private static SortedSet<TopicId> ids(
            Set<String> names, ClusterImage image, Map<TopicId, Integer> partitionCounts) {
        SortedSet<TopicId> topics = new TreeSet<>();
        for (String name : names) {
            TopicImage topic = image.topic(name);
            if (topic != null) {
                topics.add(topic.id());
                partitionCounts.put(topic.id(), topic.partitionCount());
            }
        }
        return topics;
    }

    void expectHeartbeat(ConsumerGroup group, String memberId, Step<GroupEvent> step) {
        ConsumerMember member = group.member(memberId);
        ClassicWish classic = member == null ? null : member.wish().classic();
        int timeoutMs = classic == null ? groups.times(group.groupId()).sessionTimeoutMs() : classic.sessionTimeoutMs();
        groups.timers()
                .set(
                        new GroupTimer.Session(group.groupId(), memberId),
                        step.now().monotonicMs() + timeoutMs);
    }

    /** Who is asked to give something back has its rebalance timeout for it. */
    void expectRevocation(ConsumerGroup group, ConsumerMember member, Step<GroupEvent> step) {
        if (!revokes(member)) {
            return;
        }
        GroupTimer.Revoking timer = new GroupTimer.Revoking(group.groupId(), member.memberId(), member.epoch());
        if (!groups.timers().isSet(timer)) {
            groups.timers().set(timer, step.now().monotonicMs() + member.wish().rebalanceTimeoutMs());
        }
    }

    static boolean revokes(ConsumerMember member) {
        return member.current().state() == CurrentAssignment.State.UNREVOKED_PARTITIONS;
    }
}
