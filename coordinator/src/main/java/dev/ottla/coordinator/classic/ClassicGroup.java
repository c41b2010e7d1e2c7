package dev.ottla.coordinator.classic;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.ClassicGroupForgotten;
import dev.ottla.coordinator.event.ClassicOffer;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Embedded;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.jspecify.annotations.Nullable;

/**
 * A classic group: its members and where they stand. What a rebalance does to it is in {@link Rebalance}. A rebalance lives in memory only; after a crash the
 * group is as it was before it, and its members find out by their next request.
 */
public final class ClassicGroup implements Group {
    static final String CONSUMER_PROTOCOL = "consumer";

    private final String groupId;
    private final Map<String, ClassicMember> members = new LinkedHashMap<>();
    private final Map<String, String> staticMemberIds = new HashMap<>();
    /** Ids that were given out and have not joined with them yet (KIP-394). */
    private final Set<String> pendingMembers = new LinkedHashSet<>();
    /** Members of this generation that have not asked for their assignment yet. */
    private final Set<String> pendingSyncs = new HashSet<>();

    private final ProtocolCounts protocols = new ProtocolCounts();
    private int awaitingJoin;
    private ClassicState state = ClassicState.EMPTY;
    private long stateSinceMs;
    private boolean initialRebalance;
    private boolean grewSinceDelay;
    private long initialDelayLeftMs;
    private int generation;
    private String protocolType = "";
    private @Nullable String protocol;
    private @Nullable String leader;
    /** What members read, as far as their metadata can be understood; null when it cannot. */
    private @Nullable Set<String> subscribedTopics;

    public ClassicGroup(String groupId, long nowMs) {
        this.groupId = groupId;
        this.stateSinceMs = nowMs;
    }

    /** Takes over where a group stood, whose members have been added: {@link StoredForms} knows from where. */
    void restore(int oldGeneration, String type, @Nullable String oldProtocol, @Nullable String oldLeader) {
        generation = oldGeneration;
        protocolType = type;
        protocol = oldProtocol;
        leader = oldLeader;
        state = members.isEmpty() ? ClassicState.EMPTY : ClassicState.STABLE;
        subscribedTopics = topicsOfMembers();
    }

    /** Whether its members are consumers whose subscriptions can be read, so that the broker could assign. */
    public boolean isOfConsumers() {
        return CONSUMER_PROTOCOL.equals(protocolType)
                && members.values().stream()
                        .allMatch(member -> !member.protocols().isEmpty()
                                && Embedded.subscription(member.subscription(protocol)) != null);
    }

    public int size() {
        return members.size();
    }

    Set<String> pendingMembers() {
        return Collections.unmodifiableSet(pendingMembers);
    }

    @Override
    public String groupId() {
        return groupId;
    }

    @Override
    public String typeName() {
        return "classic";
    }

    @Override
    public String stateName() {
        return state.shown();
    }

    @Override
    public String protocolType() {
        return protocolType;
    }

    @Override
    public boolean isEmpty() {
        return members.isEmpty();
    }

    ClassicState state() {
        return state;
    }

    /** On the wall clock; -1 when its log does not say. */
    long stateSinceMs() {
        return stateSinceMs;
    }

    boolean isIn(ClassicState asked) {
        return state == asked;
    }

    void enter(ClassicState next, long nowMs) {
        initialRebalance = next == ClassicState.PREPARING_REBALANCE && state == ClassicState.EMPTY;
        state = next;
        stateSinceMs = nowMs;
    }

    /** Whether it prepares the rebalance of a group that was empty: others may be about to join. */
    boolean isInitialRebalance() {
        return initialRebalance;
    }

    boolean takeGrewSinceDelay() {
        boolean grew = grewSinceDelay;
        grewSinceDelay = false;
        return grew;
    }

    long initialDelayLeftMs() {
        return initialDelayLeftMs;
    }

    void initialDelayLeftMs(long leftMs) {
        initialDelayLeftMs = leftMs;
    }

    int generation() {
        return generation;
    }

    @Nullable
    String protocol() {
        return protocol;
    }

    @Nullable
    String leader() {
        return leader;
    }

    boolean isLeader(String memberId) {
        return memberId.equals(leader);
    }

    Collection<ClassicMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    boolean has(String memberId) {
        return members.containsKey(memberId);
    }

    /** A member that {@link #has} knows. */
    ClassicMember member(String memberId) {
        ClassicMember member = members.get(memberId);
        if (member == null) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_MEMBER_ID, "Group " + groupId + " has no member " + memberId + "; join again");
        }
        return member;
    }

    @Nullable
    String staticMemberId(@Nullable String instanceId) {
        return instanceId == null ? null : staticMemberIds.get(instanceId);
    }

    boolean isPending(String memberId) {
        return pendingMembers.contains(memberId);
    }

    void addPending(String memberId) {
        pendingMembers.add(memberId);
    }

    void add(ClassicMember member, String memberProtocolType) {
        if (members.isEmpty()) {
            protocolType = memberProtocolType;
        }
        if (member.instanceId() != null) {
            staticMemberIds.put(member.instanceId(), member.memberId());
        }
        if (leader == null) {
            leader = member.memberId();
        }
        members.put(member.memberId(), member);
        protocols.add(member.protocols());
        awaitingJoin += member.isAwaitingJoin() ? 1 : 0;
        pendingMembers.remove(member.memberId());
        grewSinceDelay |= initialRebalance;
    }

    /** A static member comes back under a new id. */
    ClassicMember rename(ClassicMember old, String newMemberId) {
        awaitJoin(old, null);
        ClassicMember renamed = old.renamed(newMemberId);
        Map<String, ClassicMember> inOrder = new LinkedHashMap<>();
        members.forEach((id, member) -> inOrder.put(
                id.equals(old.memberId()) ? newMemberId : id, id.equals(old.memberId()) ? renamed : member));
        members.clear();
        members.putAll(inOrder);
        if (old.instanceId() != null) {
            staticMemberIds.put(old.instanceId(), newMemberId);
        }
        if (isLeader(old.memberId())) {
            leader = newMemberId;
        }
        return renamed;
    }

    void remove(String memberId) {
        ClassicMember gone = members.remove(memberId);
        if (gone != null) {
            protocols.remove(gone.protocols());
            awaitingJoin -= gone.isAwaitingJoin() ? 1 : 0;
        }
        if (gone != null && gone.instanceId() != null) {
            staticMemberIds.remove(gone.instanceId(), memberId);
        }
        if (isLeader(memberId)) {
            leader = members.isEmpty() ? null : members.keySet().iterator().next();
        }
        pendingMembers.remove(memberId);
        pendingSyncs.remove(memberId);
    }

    Set<String> pendingSyncs() {
        return pendingSyncs;
    }

    /** Notes whom a member's join is answered to; null when nobody waits. */
    void awaitJoin(ClassicMember member, @Nullable Waiter<JoinGroupResponseData> waiter) {
        awaitingJoin += (waiter == null ? 0 : 1) - (member.isAwaitingJoin() ? 1 : 0);
        member.awaitJoin(waiter);
    }

    /** Takes over what a member's join says. */
    void update(
            ClassicMember member,
            Client client,
            int rebalanceTimeoutMs,
            int sessionTimeoutMs,
            List<ClassicOffer> offers) {
        protocols.remove(member.protocols());
        member.update(client, rebalanceTimeoutMs, sessionTimeoutMs, offers);
        protocols.add(offers);
    }

    int awaitingJoinCount() {
        return awaitingJoin;
    }

    /** Whether one join more may begin the next generation, which looks at every member; so may one that breaks off what they wait for. */
    public boolean nextJoinConcernsAll() {
        int missing = pendingMembers.size() + members.size() - awaitingJoin;
        return missing <= 1 || state == ClassicState.COMPLETING_REBALANCE;
    }

    boolean haveAllJoined() {
        return pendingMembers.isEmpty() && awaitingJoin == members.size();
    }

    /** The longest that any member asked for. */
    int rebalanceTimeoutMs() {
        return members.values().stream()
                .mapToInt(ClassicMember::rebalanceTimeoutMs)
                .max()
                .orElse(0);
    }

    /** Makes the first member that joined the leader, if the leader has not; false when nobody has. */
    boolean electJoinedLeader() {
        if (leader == null) {
            return false;
        }
        ClassicMember present = members.get(leader);
        if (present != null && present.isAwaitingJoin()) {
            return true;
        }
        for (ClassicMember member : members.values()) {
            if (member.isAwaitingJoin()) {
                leader = member.memberId();
                return true;
            }
        }
        return false;
    }

    /** Begins the next generation with those who are members now. */
    void nextGeneration(long nowMs) {
        generation++;
        pendingSyncs.clear();
        protocol = members.isEmpty() ? null : selectProtocol();
        subscribedTopics = topicsOfMembers();
        enter(members.isEmpty() ? ClassicState.EMPTY : ClassicState.COMPLETING_REBALANCE, nowMs);
    }

    /** Whether a member with these protocols could be in it. */
    boolean supports(String memberProtocolType, Collection<ClassicOffer> memberProtocols) {
        if (state == ClassicState.EMPTY) {
            return !memberProtocolType.isEmpty() && !memberProtocols.isEmpty();
        }
        return protocolType.equals(memberProtocolType) && protocols.fits(memberProtocols, members.size());
    }

    /** What {@link ProtocolChoice} says of its members; null when they have nothing in common. */
    @Nullable
    String selectProtocol() {
        return ProtocolChoice.of(members.values(), leader == null ? null : member(leader));
    }

    /**
     * Checks that a member is one, and not a static one's predecessor.
     *
     * @throws OttlaException UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID
     */
    void checkMember(String memberId, @Nullable String instanceId) {
        if (instanceId != null) {
            String known = staticMemberIds.get(instanceId);
            if (known == null) {
                throw new OttlaException(
                        ErrorCode.UNKNOWN_MEMBER_ID,
                        "Group " + groupId + " has no static member " + instanceId + "; join again");
            }
            if (!known.equals(memberId)) {
                throw new OttlaException(
                        ErrorCode.FENCED_INSTANCE_ID,
                        "Another member of group " + groupId + " uses the instance id " + instanceId
                                + "; give each instance an id of its own");
            }
        }
        member(memberId);
    }

    /** @throws OttlaException ILLEGAL_GENERATION */
    void checkGeneration(int asked) {
        if (asked != generation) {
            throw new OttlaException(
                    ErrorCode.ILLEGAL_GENERATION,
                    "Generation " + asked + " of group " + groupId + " is over, it is at " + generation
                            + "; join again");
        }
    }

    @Override
    public void checkCommit(Committer committer) {
        if (committer.generationOrEpoch() < 0 && state == ClassicState.EMPTY) {
            return;
        }
        if (committer.claimsMembership()) {
            checkMember(committer.memberId(), committer.instanceId());
            checkGeneration(committer.generationOrEpoch());
        } else if (!committer.transactional() && state != ClassicState.EMPTY) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_MEMBER_ID, "Group " + groupId + " has members: only they may commit");
        }
        if (!committer.transactional() && state == ClassicState.COMPLETING_REBALANCE) {
            throw new OttlaException(ErrorCode.REBALANCE_IN_PROGRESS, "Group " + groupId + " rebalances");
        }
    }

    @Override
    public ErrorCode checkCommit(Committer committer, TopicId topic, int partition) {
        return ErrorCode.NONE;
    }

    @Override
    public void checkFetch(@Nullable String memberId, int memberEpoch) {
        // Whoever knows the group may read its offsets.
    }

    @Override
    public void checkDeleteOffsets() {
        if (state != ClassicState.EMPTY && !CONSUMER_PROTOCOL.equals(protocolType)) {
            throw new OttlaException(ErrorCode.NON_EMPTY_GROUP, "Group " + groupId + " has members; stop them first");
        }
    }

    @Override
    public boolean isSubscribed(String topic) {
        Set<String> topics = subscribedTopics;
        return topics == null
                ? state != ClassicState.EMPTY && CONSUMER_PROTOCOL.equals(protocolType)
                : topics.contains(topic);
    }

    @Override
    public long retentionStartMs(String topic, long commitTimestampMs) {
        if (protocolType.isEmpty()) {
            return commitTimestampMs;
        }
        if (state == ClassicState.EMPTY) {
            return stateSinceMs < 0 ? commitTimestampMs : stateSinceMs;
        }
        boolean unread = CONSUMER_PROTOCOL.equals(protocolType) && subscribedTopics != null && !isSubscribed(topic);
        return state == ClassicState.STABLE && unread ? commitTimestampMs : Long.MAX_VALUE;
    }

    @Override
    public List<GroupEvent> forgotten() {
        return List.of(new ClassicGroupForgotten(groupId));
    }

    @Override
    public List<Waiter<?>> waiting() {
        List<Waiter<?>> waiting = new ArrayList<>();
        for (ClassicMember member : members.values()) {
            if (member.awaitsJoin() != null) {
                waiting.add(member.awaitsJoin());
            }
            if (member.awaitsSync() != null) {
                waiting.add(member.awaitsSync());
            }
        }
        return waiting;
    }

    private @Nullable Set<String> topicsOfMembers() {
        if (!CONSUMER_PROTOCOL.equals(protocolType)) {
            return null;
        }
        Set<String> topics = new HashSet<>();
        for (ClassicMember member : members.values()) {
            List<String> read = Embedded.topics(member.metadata(protocol));
            if (read == null) {
                return null;
            }
            topics.addAll(read);
        }
        return topics;
    }
}
