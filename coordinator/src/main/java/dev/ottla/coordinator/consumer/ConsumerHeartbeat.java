package dev.ottla.coordinator.consumer;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.ConsumerMemberStored;
import dev.ottla.coordinator.event.CurrentAssignment;
import dev.ottla.coordinator.event.CurrentAssignmentStored;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.MemberWish;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/** ConsumerGroupHeartbeat: a member says what it wants and has, and is told what it should have (KIP-848). */
final class ConsumerHeartbeat {
    private static final int JOIN = 0;
    private static final int LEAVE = -1;

    private final Groups groups;
    private final Rebalance rebalance;

    ConsumerHeartbeat(Groups groups, Rebalance rebalance) {
        this.groups = groups;
        this.rebalance = rebalance;
    }

    ConsumerGroupHeartbeatResponseData run(
            Client client, ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        if (request.memberEpoch() == LEAVE || request.memberEpoch() == ConsumerMember.AWAY) {
            return leave(request, step);
        }
        ConsumerGroup group = groupOf(request, step);
        ConsumerMember member = memberOf(group, request, step);
        MemberWish wish = wishOf(member.wish(), client, request);
        boolean isNew = group.member(member.memberId()) == null;
        boolean changed = isNew || rebalance.wantsOther(member.wish(), wish);
        if (isNew || !wish.equals(member.wish())) {
            rebalance.emit(group, new ConsumerMemberStored(group.groupId(), member.memberId(), wish), step);
        }
        rebalance.refresh(group, changed, step);
        rebalance.assignIfDue(group, step);
        ConsumerMember before = member;
        ConsumerMember after = rebalance.reconcile(group, member.memberId(), owned(request), step);
        rebalance.expectHeartbeat(group, member.memberId(), step);
        return answer(request, before, after);
    }

    private ConsumerGroup groupOf(ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        String groupId = request.groupId();
        Group known = groups.get(groupId);
        boolean joins = request.memberEpoch() == JOIN;
        if (known instanceof ConsumerGroup group) {
            if (group.member(request.memberId()) == null
                    && group.staticMember(request.instanceId()) == null
                    && group.members().size() >= groups.settings().consumer().maxSize()) {
                throw new OttlaException(
                        ErrorCode.GROUP_MAX_SIZE_REACHED,
                        "The consumer group has reached its maximum capacity of "
                                + groups.settings().consumer().maxSize() + " members.");
            }
            return group;
        }
        if (known != null && !known.isEmpty()) {
            throw new OttlaException(ErrorCode.GROUP_ID_NOT_FOUND, "Group " + groupId + " is not a consumer group.");
        }
        if (!joins) {
            throw new OttlaException(ErrorCode.GROUP_ID_NOT_FOUND, "Consumer group " + groupId + " not found.");
        }
        if (known != null) {
            // An empty classic group gives way; its offsets stay.
            known.forgotten().forEach(step::emit);
        }
        ConsumerGroup created = new ConsumerGroup(groupId);
        groups.put(created);
        return created;
    }

    private ConsumerMember memberOf(
            ConsumerGroup group, ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        String memberId = request.memberId().isEmpty() ? groups.newMemberId() : request.memberId();
        ConsumerMember known = group.member(memberId);
        boolean joins = request.memberEpoch() == JOIN;
        if (request.instanceId() != null) {
            return staticMemberOf(group, memberId, request, step);
        }
        if (known == null && !joins) {
            throw unknown(group, memberId);
        }
        if (known == null) {
            return ConsumerMember.named(memberId);
        }
        if (!joins) {
            checkEpoch(known, request);
        }
        return known;
    }

    private ConsumerMember staticMemberOf(
            ConsumerGroup group, String memberId, ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        String instanceId = String.valueOf(request.instanceId());
        ConsumerMember known = group.staticMember(instanceId);
        boolean joins = request.memberEpoch() == JOIN;
        if (known == null) {
            if (!joins) {
                throw new OttlaException(ErrorCode.UNKNOWN_MEMBER_ID, "Instance id " + instanceId + " is unknown.");
            }
            return ConsumerMember.named(memberId);
        }
        if (!joins) {
            checkInstance(known, memberId, instanceId);
            checkEpoch(known, request);
            return known;
        }
        if (known.memberId().equals(memberId)) {
            return known;
        }
        if (known.epoch() != ConsumerMember.AWAY && !known.isClassic()) {
            throw new OttlaException(
                    ErrorCode.UNRELEASED_INSTANCE_ID,
                    "Static member " + memberId + " with instance id " + instanceId
                            + " cannot join the group because the instance id is owned by " + known.memberId() + ".");
        }
        return rebalance.replace(group, known, memberId, step);
    }

    private static void checkInstance(ConsumerMember known, String memberId, String instanceId) {
        if (!known.memberId().equals(memberId)) {
            throw new OttlaException(
                    ErrorCode.FENCED_INSTANCE_ID,
                    "Static member " + memberId + " with instance id " + instanceId + " was fenced by member "
                            + known.memberId() + ".");
        }
    }

    /** The answer with a new epoch may have been lost: its predecessor is good as long as the member has no more than it should. */
    private static void checkEpoch(ConsumerMember member, ConsumerGroupHeartbeatRequestData request) {
        int received = request.memberEpoch();
        if (received == member.epoch()) {
            return;
        }
        Map<TopicId, SortedSet<Integer>> owned = owned(request);
        boolean lostAnswer = received < member.epoch()
                && received == member.current().previousEpoch()
                && owned != null
                && isWithin(owned, member.current().assigned());
        if (!lostAnswer) {
            throw new OttlaException(
                    ErrorCode.FENCED_MEMBER_EPOCH,
                    "The consumer group member has a " + (received > member.epoch() ? "greater" : "smaller")
                            + " member epoch (" + received + ") than the one known by the group coordinator ("
                            + member.epoch() + "). The member must abandon all its partitions and rejoin.");
        }
    }

    private static boolean isWithin(
            Map<TopicId, SortedSet<Integer>> owned, Map<TopicId, SortedMap<Integer, Integer>> assigned) {
        return owned.entrySet().stream().allMatch(topic -> {
            SortedMap<Integer, Integer> epochs = assigned.get(topic.getKey());
            return epochs != null && epochs.keySet().containsAll(topic.getValue());
        });
    }

    private static MemberWish wishOf(MemberWish before, Client client, ConsumerGroupHeartbeatRequestData request) {
        return new MemberWish(
                request.instanceId() == null ? before.instanceId() : request.instanceId(),
                request.rackId() == null ? before.rackId() : request.rackId(),
                client.id(),
                client.host(),
                request.rebalanceTimeoutMs() < 0 ? before.rebalanceTimeoutMs() : request.rebalanceTimeoutMs(),
                request.subscribedTopicNames() == null
                        ? before.topics()
                        : List.copyOf(new TreeSet<>(request.subscribedTopicNames())),
                request.subscribedTopicRegex() == null ? before.pattern() : request.subscribedTopicRegex(),
                request.serverAssignor() == null ? before.assignor() : request.serverAssignor(),
                null);
    }

    private ConsumerGroupHeartbeatResponseData answer(
            ConsumerGroupHeartbeatRequestData request, ConsumerMember before, ConsumerMember after) {
        ConsumerGroupHeartbeatResponseData response = new ConsumerGroupHeartbeatResponseData()
                .setMemberId(after.memberId())
                .setMemberEpoch(after.epoch())
                .setHeartbeatIntervalMs(groups.times(request.groupId()).heartbeatIntervalMs());
        boolean full = request.memberEpoch() == JOIN
                || (request.rebalanceTimeoutMs() != -1
                        && (request.subscribedTopicNames() != null || request.subscribedTopicRegex() != null)
                        && request.topicPartitions() != null);
        boolean same =
                before.current().equals(after.current()) || partitions(before).equals(partitions(after));
        if (full || !same) {
            response.setAssignment(assignment(after));
        }
        return response;
    }

    private static Map<TopicId, SortedSet<Integer>> partitions(ConsumerMember member) {
        Map<TopicId, SortedSet<Integer>> partitions = new HashMap<>();
        member.current().assigned().forEach((topic, epochs) -> partitions.put(topic, new TreeSet<>(epochs.keySet())));
        return partitions;
    }

    private static ConsumerGroupHeartbeatResponseData.Assignment assignment(ConsumerMember member) {
        ConsumerGroupHeartbeatResponseData.Assignment assignment = new ConsumerGroupHeartbeatResponseData.Assignment();
        member.current()
                .assigned()
                .forEach((topic, epochs) -> assignment
                        .topicPartitions()
                        .add(new ConsumerGroupHeartbeatResponseData.TopicPartitions()
                                .setTopicId(new Uuid(topic.mostSignificantBits(), topic.leastSignificantBits()))
                                .setPartitions(List.copyOf(epochs.keySet()))));
        return assignment;
    }

    private static @Nullable Map<TopicId, SortedSet<Integer>> owned(ConsumerGroupHeartbeatRequestData request) {
        if (request.topicPartitions() == null) {
            return null;
        }
        Map<TopicId, SortedSet<Integer>> owned = new HashMap<>();
        // A topic may come twice: all that it says counts.
        request.topicPartitions()
                .forEach(topic -> owned.computeIfAbsent(
                                new TopicId(
                                        topic.topicId().getMostSignificantBits(),
                                        topic.topicId().getLeastSignificantBits()),
                                id -> new TreeSet<>())
                        .addAll(topic.partitions()));
        return owned;
    }

    private ConsumerGroupHeartbeatResponseData leave(ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        if (!(groups.get(request.groupId()) instanceof ConsumerGroup group)) {
            throw new OttlaException(
                    ErrorCode.GROUP_ID_NOT_FOUND, "Consumer group " + request.groupId() + " not found.");
        }
        ConsumerMember member;
        if (request.instanceId() == null) {
            member = group.member(request.memberId());
            if (member == null) {
                throw unknown(group, request.memberId());
            }
        } else {
            member = group.staticMember(request.instanceId());
            if (member == null) {
                throw new OttlaException(
                        ErrorCode.UNKNOWN_MEMBER_ID, "Instance id " + request.instanceId() + " is unknown.");
            }
            checkInstance(member, request.memberId(), String.valueOf(request.instanceId()));
        }
        if (request.memberEpoch() == ConsumerMember.AWAY) {
            CurrentAssignment away = new CurrentAssignment(
                    ConsumerMember.AWAY,
                    member.current().previousEpoch(),
                    member.current().state(),
                    member.current().assigned(),
                    Map.of());
            groups.timers().cancel(new GroupTimer.Revoking(group.groupId(), member.memberId(), member.epoch()));
            rebalance.emit(group, new CurrentAssignmentStored(group.groupId(), member.memberId(), away), step);
        } else {
            rebalance.remove(group, member, step);
        }
        return new ConsumerGroupHeartbeatResponseData()
                .setMemberId(request.memberId())
                .setMemberEpoch(request.memberEpoch());
    }

    private static OttlaException unknown(ConsumerGroup group, String memberId) {
        return new OttlaException(
                ErrorCode.UNKNOWN_MEMBER_ID,
                "Member " + memberId + " is not a member of group " + group.groupId() + ".");
    }
}
