package dev.ottla.coordinator.consumer;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.event.ClassicOffer;
import dev.ottla.coordinator.event.ClassicWish;
import dev.ottla.coordinator.event.ConsumerMemberStored;
import dev.ottla.coordinator.event.CurrentAssignment.State;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.MemberWish;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Embedded;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/**
 * The classic protocol for those members of a group of the consumer protocol that do not speak that yet (KIP-848, online migration): a join is answered at once, with the
 * member's epoch for a generation; whoever should give something back, or could have more, is told that the group rebalances.
 */
final class ClassicSide {
    private static final String CONSUMER_PROTOCOL = "consumer";
    private static final short FIRST_WITH_KNOWN_IDS = 4;

    private final Groups groups;
    private final Rebalance rebalance;

    ClassicSide(Groups groups, Rebalance rebalance) {
        this.groups = groups;
        this.rebalance = rebalance;
    }

    /** @throws OttlaException what the answer's error should be */
    JoinGroupResponseData join(
            ConsumerGroup group, Client client, JoinGroupRequestData request, Step<GroupEvent> step) {
        boolean newcomer = request.memberId().isEmpty();
        String memberId = newcomer ? groups.newMemberId() : request.memberId();
        List<ClassicOffer> offers = request.protocols().stream()
                .map(offered -> new ClassicOffer(offered.name(), offered.metadata()))
                .toList();
        Embedded.Subscription subscription = check(group, memberId, request, offers);
        if (newcomer && request.groupInstanceId() == null && client.version() >= FIRST_WITH_KNOWN_IDS) {
            return new JoinGroupResponseData()
                    .setMemberId(memberId)
                    .setErrorCode(ErrorCode.MEMBER_ID_REQUIRED.wireCode());
        }
        ConsumerMember member = memberOf(group, memberId, request, subscription, step);
        boolean isNew = group.member(memberId) == null;
        MemberWish wish = wishOf(member.wish(), client, request, subscription, offers);
        boolean changed = isNew || rebalance.wantsOther(member.wish(), wish);
        if (isNew || !wish.equals(member.wish())) {
            rebalance.emit(group, new ConsumerMemberStored(group.groupId(), memberId, wish), step);
        }
        rebalance.refresh(group, changed, step);
        rebalance.assignIfDue(group, step);
        ConsumerMember after =
                rebalance.reconcile(group, memberId, Topics.byId(subscription.owned(), groups.image()), step);
        groups.timers().cancel(new GroupTimer.Rejoining(group.groupId(), memberId));
        rebalance.expectHeartbeat(group, memberId, step);
        expect(new GroupTimer.Fetching(group.groupId(), memberId), after, step);
        return new JoinGroupResponseData()
                .setMemberId(memberId)
                .setGenerationId(after.epoch())
                .setProtocolType(CONSUMER_PROTOCOL)
                .setProtocolName(offers.getFirst().name());
    }

    private Embedded.Subscription check(
            ConsumerGroup group, String memberId, JoinGroupRequestData request, List<ClassicOffer> offers) {
        if (groups.settings().consumer().migration() == GroupSettings.Migration.DISABLED
                && !isClassic(group.member(memberId))
                && !isClassic(group.staticMember(request.groupInstanceId()))) {
            throw new OttlaException(
                    ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                    "Group " + group.groupId()
                            + " is of the consumer protocol, and no group may change (group.consumer.migration.policy)");
        }
        int max = groups.settings().consumer().maxSize();
        boolean known = group.member(memberId) != null || group.staticMember(request.groupInstanceId()) != null;
        if (!known && group.members().size() >= max) {
            throw new OttlaException(
                    ErrorCode.GROUP_MAX_SIZE_REACHED,
                    "Group " + group.groupId() + " has all the " + max + " members that it may have");
        }
        boolean shared = offers.stream()
                .anyMatch(offer -> group.members().stream().allMatch(member -> has(member.wish(), offer.name())));
        Embedded.Subscription subscription = offers.isEmpty()
                ? null
                : Embedded.subscription(offers.getFirst().metadata());
        if (!shared || subscription == null || !CONSUMER_PROTOCOL.equals(request.protocolType())) {
            throw new OttlaException(
                    ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                    "Member " + memberId + " has no assignor that all of group " + group.groupId() + " have");
        }
        return subscription;
    }

    private static boolean isClassic(@Nullable ConsumerMember member) {
        return member != null && member.isClassic();
    }

    /** Who speaks the consumer protocol needs no assignor of its own. */
    private static boolean has(MemberWish wish, String assignor) {
        ClassicWish classic = wish.classic();
        return classic == null
                || classic.offers().stream().anyMatch(offer -> offer.name().equals(assignor));
    }

    private ConsumerMember memberOf(
            ConsumerGroup group,
            String memberId,
            JoinGroupRequestData request,
            Embedded.Subscription subscription,
            Step<GroupEvent> step) {
        String instanceId = request.groupInstanceId();
        if (instanceId == null) {
            ConsumerMember known = group.member(memberId);
            if (known == null && !subscription.owned().isEmpty()) {
                // It was put out and does not know: who has its partitions now must not share them with it.
                throw new OttlaException(
                        ErrorCode.UNKNOWN_MEMBER_ID,
                        "Member " + memberId + " is not a member of group " + group.groupId() + " any more.");
            }
            return known == null ? ConsumerMember.named(memberId) : known;
        }
        ConsumerMember known = group.staticMember(instanceId);
        if (!request.memberId().isEmpty()) {
            return known(group, memberId, instanceId);
        }
        return known == null ? ConsumerMember.named(memberId) : rebalance.replace(group, known, memberId, step);
    }

    private static MemberWish wishOf(
            MemberWish before,
            Client client,
            JoinGroupRequestData request,
            Embedded.Subscription subscription,
            List<ClassicOffer> offers) {
        int timeoutMs = request.rebalanceTimeoutMs() < 0 ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs();
        return new MemberWish(
                request.groupInstanceId(),
                subscription.rackId() == null ? before.rackId() : subscription.rackId(),
                client.id(),
                client.host(),
                timeoutMs,
                List.copyOf(new TreeSet<>(subscription.topics())),
                "",
                null,
                new ClassicWish(request.sessionTimeoutMs(), offers));
    }

    /** @throws OttlaException UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION, INCONSISTENT_GROUP_PROTOCOL, REBALANCE_IN_PROGRESS */
    SyncGroupResponseData sync(ConsumerGroup group, SyncGroupRequestData request, Step<GroupEvent> step) {
        ConsumerMember member = known(group, request.memberId(), request.groupInstanceId());
        ClassicWish classic = classicOf(member);
        checkGeneration(member, request.generationId());
        ClassicOffer first = classic.offers().getFirst();
        if (differs(request.protocolType(), CONSUMER_PROTOCOL) || differs(request.protocolName(), first.name())) {
            throw new OttlaException(
                    ErrorCode.INCONSISTENT_GROUP_PROTOCOL, "Member " + member.memberId() + " uses " + first.name());
        }
        if (group.epoch() > member.epoch() && member.current().state() != State.UNREVOKED_PARTITIONS) {
            expectRejoin(group, member, step);
            throw new OttlaException(ErrorCode.REBALANCE_IN_PROGRESS, "Group " + group.groupId() + " rebalances");
        }
        groups.timers().cancel(new GroupTimer.Fetching(group.groupId(), member.memberId()));
        rebalance.expectHeartbeat(group, member.memberId(), step);
        return new SyncGroupResponseData()
                .setProtocolType(request.protocolType())
                .setProtocolName(request.protocolName())
                .setAssignment(Embedded.assignment(
                        Topics.byName(Topics.withoutEpochs(member.current().assigned()), groups.image()),
                        first.metadata()));
    }

    private static boolean differs(@Nullable String asked, String known) {
        return asked != null && !asked.equals(known);
    }

    /** @throws OttlaException UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION */
    HeartbeatResponseData heartbeat(ConsumerGroup group, HeartbeatRequestData request, Step<GroupEvent> step) {
        ConsumerMember member = known(group, request.memberId(), request.groupInstanceId());
        var _ = classicOf(member);
        checkGeneration(member, request.generationId());
        rebalance.expectHeartbeat(group, member.memberId(), step);
        boolean rejoins = switch (member.current().state()) {
            case UNREVOKED_PARTITIONS -> true;
            case UNRELEASED_PARTITIONS -> member.epoch() < group.epoch() || group.isAllFreeFor(member);
            case STABLE, UNKNOWN -> member.epoch() < group.epoch();
        };
        if (rejoins) {
            expectRejoin(group, member, step);
        }
        return new HeartbeatResponseData()
                .setErrorCode((rejoins ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE).wireCode());
    }

    /** Each that leaves is answered for itself. */
    LeaveGroupResponseData leave(ConsumerGroup group, LeaveGroupRequestData request, Step<GroupEvent> step) {
        LeaveGroupResponseData response = new LeaveGroupResponseData();
        List<ConsumerMember> leaving = new ArrayList<>();
        for (MemberIdentity identity : request.members()) {
            MemberResponse answer = new MemberResponse()
                    .setMemberId(identity.memberId())
                    .setGroupInstanceId(identity.groupInstanceId());
            response.members().add(answer);
            try {
                leaving.add(leaving(group, identity));
            } catch (OttlaException refused) {
                answer.setErrorCode(refused.code().wireCode());
            }
        }
        rebalance.remove(group, leaving, step);
        return response;
    }

    /** Whoever leaves by this request, of either protocol: administrators take members out with it too. */
    private static ConsumerMember leaving(ConsumerGroup group, MemberIdentity identity) {
        ConsumerMember member = identity.memberId().isEmpty() ? group.staticMember(identity.groupInstanceId()) : null;
        return member == null ? known(group, identity.memberId(), identity.groupInstanceId()) : member;
    }

    private static ConsumerMember known(ConsumerGroup group, String memberId, @Nullable String instanceId) {
        ConsumerMember member = instanceId == null ? group.member(memberId) : group.staticMember(instanceId);
        if (member == null) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_MEMBER_ID, "Group " + group.groupId() + " has no such member; join again");
        }
        if (!member.memberId().equals(memberId)) {
            throw new OttlaException(
                    ErrorCode.FENCED_INSTANCE_ID,
                    "Another member of group " + group.groupId() + " uses the instance id " + instanceId
                            + "; give each instance an id of its own");
        }
        return member;
    }

    private static ClassicWish classicOf(ConsumerMember member) {
        ClassicWish classic = member.wish().classic();
        if (classic == null) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_MEMBER_ID,
                    "Member " + member.memberId() + " speaks the consumer protocol, not the classic one");
        }
        return classic;
    }

    private static void checkGeneration(ConsumerMember member, int generation) {
        if (member.epoch() != generation) {
            throw new OttlaException(
                    ErrorCode.ILLEGAL_GENERATION,
                    "Member " + member.memberId() + " is at generation " + member.epoch() + ", not " + generation
                            + "; join again");
        }
    }

    private void expectRejoin(ConsumerGroup group, ConsumerMember member, Step<GroupEvent> step) {
        GroupTimer timer = new GroupTimer.Rejoining(group.groupId(), member.memberId());
        if (!groups.timers().isSet(timer)) {
            expect(timer, member, step);
        }
    }

    private void expect(GroupTimer timer, ConsumerMember member, Step<GroupEvent> step) {
        groups.timers().set(timer, step.now().monotonicMs() + member.wish().rebalanceTimeoutMs());
    }
}
