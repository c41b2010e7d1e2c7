package dev.ottla.coordinator.consumer;

import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.assign.Assignor;
import dev.ottla.coordinator.assign.RangeAssignor;
import dev.ottla.coordinator.assign.UniformAssignor;
import dev.ottla.coordinator.event.ConsumerGroupEvent;
import dev.ottla.coordinator.event.ConsumerGroupStored;
import dev.ottla.coordinator.event.ConsumerMemberForgotten;
import dev.ottla.coordinator.event.CurrentAssignment;
import dev.ottla.coordinator.event.CurrentAssignmentForgotten;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.PatternForgotten;
import dev.ottla.coordinator.event.PatternResolved;
import dev.ottla.coordinator.event.TargetEpochStored;
import dev.ottla.coordinator.event.TargetForgotten;
import dev.ottla.coordinator.event.TargetStored;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door of the consumer protocol: its heartbeat, its timers, its replay; and how a group gets from one epoch to the next. */
public final class ConsumerProtocol {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerProtocol.class);
    private static final Map<String, Assignor> ASSIGNORS = assignors();

    private final Groups groups;
    private final ConsumerHeartbeat heartbeat;

    public ConsumerProtocol(Groups groups) {
        this.groups = groups;
        this.heartbeat = new ConsumerHeartbeat(groups, this);
    }

    private static Map<String, Assignor> assignors() {
        Map<String, Assignor> byName = new LinkedHashMap<>();
        for (Assignor assignor : List.of(new UniformAssignor(), new RangeAssignor())) {
            byName.put(assignor.name(), assignor);
        }
        return byName;
    }

    /**
     * A member joins, lives, changes or leaves.
     *
     * @throws OttlaException what KIP-848 says
     */
    public ConsumerGroupHeartbeatResponseData heartbeat(
            Client client, ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        return heartbeat.run(client, request, step);
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
            expectHeartbeat(group, member.memberId(), step);
            expectRevocation(group, member, step);
        }
    }

    public void sessionIsOver(ConsumerGroup group, String memberId, Step<GroupEvent> step) {
        ConsumerMember member = group.member(memberId);
        if (member != null) {
            LOG.info("Member {} of group {} has not sent a heartbeat in time", memberId, group.groupId());
            remove(group, member, step);
        }
    }

    public void revocationIsOver(GroupTimer.Revoking due, Step<GroupEvent> step) {
        if (groups.get(due.groupId()) instanceof ConsumerGroup group) {
            ConsumerMember member = group.member(due.memberId());
            if (member != null && revokes(member) && member.epoch() == due.memberEpoch()) {
                LOG.info("Member {} of group {} kept what others should have", due.memberId(), due.groupId());
                remove(group, member, step);
            }
        }
    }

    public void mayAssign(GroupTimer.Assigning due, Step<GroupEvent> step) {
        if (groups.get(due.groupId()) instanceof ConsumerGroup group && group.epoch() > group.targetEpoch()) {
            assign(group, step);
        }
    }

    void emit(ConsumerGroup group, ConsumerGroupEvent event, Step<GroupEvent> step) {
        group.apply(event);
        step.emit(event);
    }

    /** A member is gone, and what it had is free. */
    void remove(ConsumerGroup group, ConsumerMember member, Step<GroupEvent> step) {
        String groupId = group.groupId();
        String memberId = member.memberId();
        emit(group, new CurrentAssignmentForgotten(groupId, memberId), step);
        emit(group, new TargetForgotten(groupId, memberId), step);
        emit(group, new ConsumerMemberForgotten(groupId, memberId), step);
        groups.timers().cancel(new GroupTimer.Session(groupId, memberId));
        groups.timers().cancel(new GroupTimer.Revoking(groupId, memberId, member.epoch()));
        // Whoever is left is assigned with its next heartbeat.
        refresh(group, true, step);
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
        group.members().forEach(member -> topics.addAll(group.topicsOf(member)));
        long hash = Subscribed.hash(topics, image);
        if (changed || hash != group.metadataHash()) {
            emit(group, new ConsumerGroupStored(group.groupId(), group.epoch() + 1, hash), step);
        }
    }

    private static void resolve(
            ConsumerGroup group, String pattern, ClusterImage image, ConsumerProtocol protocol, Step<GroupEvent> step) {
        PatternResolved known = group.patterns().get(pattern);
        SortedSet<String> topics = Subscribed.matching(pattern, image);
        if (known == null || !known.topics().equals(topics)) {
            long nowMs = step.now().wallMs();
            protocol.emit(group, new PatternResolved(group.groupId(), pattern, topics, 0, nowMs), step);
        }
    }

    private void resolvePatterns(ConsumerGroup group, ClusterImage image, boolean news, Step<GroupEvent> step) {
        SortedSet<String> used = new TreeSet<>();
        for (ConsumerMember member : group.members()) {
            if (member.wish().hasPattern()) {
                used.add(String.valueOf(member.wish().pattern()));
            }
        }
        for (String pattern : used) {
            if (news || !group.patterns().containsKey(pattern)) {
                resolve(group, pattern, image, this, step);
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
        long dueMs = group.assignedAtMs() + groups.settings().consumer().assignmentIntervalMs();
        long inMs = Math.min(
                dueMs - step.now().wallMs(), groups.settings().consumer().assignmentIntervalMs());
        if (inMs <= 0) {
            assign(group, step);
        } else {
            groups.timers()
                    .set(new GroupTimer.Assigning(group.groupId()), step.now().monotonicMs() + inMs);
        }
    }

    private void assign(ConsumerGroup group, Step<GroupEvent> step) {
        groups.timers().cancel(new GroupTimer.Assigning(group.groupId()));
        ClusterImage image = groups.image();
        SortedMap<String, Assignor.Reader> readers = new TreeMap<>();
        Map<TopicId, Integer> partitionCounts = new TreeMap<>();
        for (ConsumerMember member : group.members()) {
            SortedSet<TopicId> topics = new TreeSet<>();
            for (String name : group.topicsOf(member)) {
                TopicImage topic = image.topic(name);
                if (topic != null) {
                    topics.add(topic.id());
                    partitionCounts.put(topic.id(), topic.partitionCount());
                }
            }
            String instanceId = member.wish().instanceId();
            readers.put(
                    member.memberId(),
                    new Assignor.Reader(
                            instanceId == null ? member.memberId() : instanceId,
                            topics,
                            group.target(member.memberId())));
        }
        Assignor assignor = assignorOf(group);
        assignor.assign(readers, partitionCounts).forEach((memberId, partitions) -> {
            if (!partitions.equals(group.target(memberId)) || partitions.isEmpty()) {
                emit(group, new TargetStored(group.groupId(), memberId, partitions), step);
            }
        });
        emit(
                group,
                new TargetEpochStored(group.groupId(), group.epoch(), step.now().wallMs()),
                step);
        LOG.info("Group {} is assigned at epoch {} ({})", group.groupId(), group.epoch(), assignor.name());
    }

    /** The one that most members prefer; the broker's default where they do not say. */
    private Assignor assignorOf(ConsumerGroup group) {
        Map<String, Integer> votes = new HashMap<>();
        for (ConsumerMember member : group.members()) {
            if (member.wish().assignor() != null) {
                votes.merge(member.wish().assignor(), 1, Integer::sum);
            }
        }
        String best = groups.settings().consumer().assignors().getFirst();
        for (Map.Entry<String, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > votes.getOrDefault(best, 0)) {
                best = vote.getKey();
            }
        }
        Assignor assignor = ASSIGNORS.get(best);
        return assignor == null ? new UniformAssignor() : assignor;
    }

    /** Whether members may ask for an assignor. */
    boolean knows(String assignor) {
        return ASSIGNORS.containsKey(assignor)
                && groups.settings().consumer().assignors().contains(assignor);
    }

    String assignorNames() {
        return String.join(", ", groups.settings().consumer().assignors());
    }

    void expectHeartbeat(Group group, String memberId, Step<GroupEvent> step) {
        GroupSettings.Consumer settings = groups.settings().consumer();
        groups.timers()
                .set(
                        new GroupTimer.Session(group.groupId(), memberId),
                        step.now().monotonicMs() + settings.sessionTimeoutMs());
    }

    /** Who is asked to give something back has its rebalance timeout for it. */
    void expectRevocation(Group group, ConsumerMember member, Step<GroupEvent> step) {
        if (!revokes(member)) {
            return;
        }
        GroupTimer.Revoking timer = new GroupTimer.Revoking(group.groupId(), member.memberId(), member.epoch());
        if (!groups.timers().isSet(timer)) {
            groups.timers().set(timer, step.now().monotonicMs() + member.wish().rebalanceTimeoutMs());
        }
    }

    private static boolean revokes(ConsumerMember member) {
        return member.current().state() == CurrentAssignment.State.UNREVOKED_PARTITIONS;
    }
}
