package dev.ottla.coordinator.consumer;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.ConsumerGroupEvent;
import dev.ottla.coordinator.event.ConsumerGroupForgotten;
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
import dev.ottla.coordinator.event.TargetEpochForgotten;
import dev.ottla.coordinator.event.TargetEpochStored;
import dev.ottla.coordinator.event.TargetForgotten;
import dev.ottla.coordinator.event.TargetStored;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.metadata.ClusterImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A group whose members are assigned by the coordinator. All of it comes from events, live as at replay.
 *
 * <p>Epochs: a change of members, wishes or topics makes a new group epoch; the target assignment is made for one; each member reaches it by itself, once it has given
 * back what others should have and got what others gave back.
 */
public final class ConsumerGroup implements Group {
    private static final short FIRST_COMMIT_WITH_EPOCHS = 9;

    private final String groupId;
    private final SortedMap<String, ConsumerMember> members = new TreeMap<>();
    private final Map<String, String> staticMemberIds = new HashMap<>();
    private final Map<String, Map<TopicId, SortedSet<Integer>>> targets = new HashMap<>();
    private final Map<String, PatternResolved> patterns = new TreeMap<>();
    /** What members read, and how many of them; nearly always all read the same. */
    private final Map<MemberWish.Subscription, Integer> subscriptions = new HashMap<>();

    /** Who has a partition, or has not confirmed that it gave it back. */
    private final Map<TopicId, Map<Integer, String>> owners = new HashMap<>();

    /** Kafka's groups begin at 1, so that their first members are at 2. */
    private int epoch = 1;

    private long metadataHash;
    private int targetEpoch;
    private long assignedAtMs;
    /** The topics and brokers that {@link #metadataHash} was last compared with; not part of what is stored. */
    private @Nullable Object comparedTopics;

    private @Nullable Object comparedBrokers;

    public ConsumerGroup(String groupId) {
        this.groupId = groupId;
    }

    /** Takes an event over. */
    public void apply(ConsumerGroupEvent event) {
        switch (event) {
            case ConsumerGroupStored e -> {
                epoch = e.epoch();
                metadataHash = e.metadataHash();
            }
            case ConsumerMemberStored e -> store(memberOrNew(e.memberId()).wishing(e.wish()));
            case ConsumerMemberForgotten e -> forget(e.memberId());
            case TargetEpochStored e -> {
                targetEpoch = e.epoch();
                assignedAtMs = e.assignedAtMs();
            }
            case TargetStored e -> targets.put(e.memberId(), e.partitions());
            case TargetForgotten e -> targets.remove(e.memberId());
            case CurrentAssignmentStored e -> store(memberOrNew(e.memberId()).having(e.current()));
            case CurrentAssignmentForgotten e -> {
                ConsumerMember member = members.get(e.memberId());
                if (member != null) {
                    store(member.having(CurrentAssignment.NOTHING));
                }
            }
            case PatternResolved e -> patterns.put(e.pattern(), e);
            case PatternForgotten e -> patterns.remove(e.pattern());
            case TargetEpochForgotten _, ConsumerGroupForgotten _ -> targetEpoch = 0;
        }
    }

    private ConsumerMember memberOrNew(String memberId) {
        ConsumerMember member = members.get(memberId);
        return member == null ? ConsumerMember.named(memberId) : member;
    }

    private void store(ConsumerMember member) {
        ConsumerMember before = members.put(member.memberId(), member);
        if (before != null) {
            release(before);
        }
        if (before == null || !before.wish().equals(member.wish())) {
            unsubscribe(before);
            subscriptions.merge(member.wish().subscription(), 1, Integer::sum);
        }
        own(member, member.current().assigned());
        own(member, member.current().revoking());
        String instanceId = member.wish().instanceId();
        if (instanceId != null) {
            staticMemberIds.put(instanceId, member.memberId());
        }
    }

    private void forget(String memberId) {
        ConsumerMember gone = members.remove(memberId);
        if (gone != null) {
            release(gone);
            unsubscribe(gone);
            if (gone.wish().instanceId() != null) {
                staticMemberIds.remove(gone.wish().instanceId(), memberId);
            }
        }
    }

    private void unsubscribe(@Nullable ConsumerMember member) {
        if (member != null) {
            subscriptions.computeIfPresent(
                    member.wish().subscription(), (same, count) -> count == 1 ? null : count - 1);
        }
    }

    private void own(ConsumerMember member, Map<TopicId, SortedMap<Integer, Integer>> partitions) {
        partitions.forEach((topic, epochs) -> epochs.keySet()
                .forEach(partition ->
                        owners.computeIfAbsent(topic, id -> new HashMap<>()).put(partition, member.memberId())));
    }

    private void release(ConsumerMember member) {
        release(member, member.current().assigned());
        release(member, member.current().revoking());
    }

    private void release(ConsumerMember member, Map<TopicId, SortedMap<Integer, Integer>> partitions) {
        partitions.forEach((topic, epochs) -> {
            Map<Integer, String> ofTopic = owners.get(topic);
            if (ofTopic != null) {
                epochs.keySet().forEach(partition -> ofTopic.remove(partition, member.memberId()));
                if (ofTopic.isEmpty()) {
                    owners.remove(topic);
                }
            }
        });
    }

    @Override
    public String groupId() {
        return groupId;
    }

    @Override
    public String typeName() {
        return "consumer";
    }

    @Override
    public String stateName() {
        if (members.isEmpty()) {
            return "Empty";
        }
        if (epoch > targetEpoch) {
            return "Assigning";
        }
        return members.values().stream().allMatch(member -> member.isStable(targetEpoch)) ? "Stable" : "Reconciling";
    }

    @Override
    public String protocolType() {
        return "consumer";
    }

    @Override
    public boolean isEmpty() {
        return members.isEmpty();
    }

    int epoch() {
        return epoch;
    }

    long metadataHash() {
        return metadataHash;
    }

    int targetEpoch() {
        return targetEpoch;
    }

    long assignedAtMs() {
        return assignedAtMs;
    }

    public int size() {
        return members.size();
    }

    Collection<ConsumerMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    @Nullable
    ConsumerMember member(String memberId) {
        return members.get(memberId);
    }

    @Nullable
    ConsumerMember staticMember(@Nullable String instanceId) {
        String memberId = instanceId == null ? null : staticMemberIds.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    /** Whether an assignment has said what a member should have, be it nothing. */
    boolean hasTarget(String memberId) {
        return targets.containsKey(memberId);
    }

    /** What a member should have at {@link #targetEpoch}. */
    Map<TopicId, SortedSet<Integer>> target(String memberId) {
        return targets.getOrDefault(memberId, Map.of());
    }

    /** Whether nobody has a partition, but perhaps this member. */
    boolean isFree(TopicId topic, int partition, String memberId) {
        Map<Integer, String> ofTopic = owners.get(topic);
        String owner = ofTopic == null ? null : ofTopic.get(partition);
        return owner == null || owner.equals(memberId);
    }

    /** Whether nobody else has anything that this member should have. */
    boolean isAllFreeFor(ConsumerMember member) {
        return target(member.memberId()).entrySet().stream()
                .allMatch(topic -> topic.getValue().stream()
                        .allMatch(partition -> isFree(topic.getKey(), partition, member.memberId())));
    }

    /** Whether it has members, and none that speaks the consumer protocol. */
    boolean isLeftToClassicMembers() {
        return !members.isEmpty() && members.values().stream().allMatch(ConsumerMember::isClassic);
    }

    public Map<String, PatternResolved> patterns() {
        return Collections.unmodifiableMap(patterns);
    }

    /** What its members read, each once. */
    public Set<MemberWish.Subscription> subscriptions() {
        return Collections.unmodifiableSet(subscriptions.keySet());
    }

    /** The names that members with a subscription read, those that its pattern found with them. */
    SortedSet<String> topicsOf(MemberWish.Subscription subscription) {
        SortedSet<String> topics = new TreeSet<>(subscription.topics());
        String pattern = subscription.pattern();
        PatternResolved resolved = pattern == null ? null : patterns.get(pattern);
        if (resolved != null) {
            topics.addAll(resolved.topics());
        }
        return topics;
    }

    /** Whether a member's next heartbeat would look at the whole group: its topics may have changed, or an assignment is due. */
    public boolean hasWorkForAnyHeartbeat(ClusterImage image) {
        return epoch > targetEpoch || isNews(image);
    }

    private boolean isNews(ClusterImage image) {
        return !image.topics().equals(comparedTopics) || !image.brokers().equals(comparedBrokers);
    }

    /** Whether topics and brokers, which have racks, are not those that were last compared. */
    boolean takeNews(ClusterImage image) {
        boolean news = isNews(image);
        comparedTopics = image.topics();
        comparedBrokers = image.brokers();
        return news;
    }

    @Override
    public void checkCommit(Committer committer) {
        if (committer.generationOrEpoch() < 0 && members.isEmpty()) {
            return;
        }
        ConsumerMember member = members.get(committer.memberId());
        if (member == null) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_MEMBER_ID,
                    "Member " + committer.memberId() + " is not a member of group " + groupId + ".");
        }
        if (member.isClassic()) {
            checkGeneration(member, committer.generationOrEpoch());
            return;
        }
        if (!committer.transactional() && committer.version() < FIRST_COMMIT_WITH_EPOCHS) {
            throw new OttlaException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "Members of group " + groupId + " commit with version 9 or later, which knows epochs");
        }
        if (committer.generationOrEpoch() > member.epoch()) {
            throw stale(member, committer.generationOrEpoch());
        }
    }

    /** A member that lags behind may still commit what it has had since (KIP-1251). */
    @Override
    public ErrorCode checkCommit(Committer committer, TopicId topic, int partition) {
        ConsumerMember member = members.get(committer.memberId());
        if (member == null || committer.generationOrEpoch() == member.epoch()) {
            return ErrorCode.NONE;
        }
        int since = member.assignedIn(topic, partition);
        return since >= 0 && since <= committer.generationOrEpoch() ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override
    public void checkFetch(@Nullable String memberId, int memberEpoch) {
        if (memberId == null && memberEpoch < 0) {
            return;
        }
        ConsumerMember member = memberId == null ? null : members.get(memberId);
        if (member == null) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_MEMBER_ID, "Member " + memberId + " is not a member of group " + groupId + ".");
        }
        if (member.isClassic()) {
            checkGeneration(member, memberEpoch);
        } else if (memberEpoch != member.epoch()) {
            throw stale(member, memberEpoch);
        }
    }

    private static void checkGeneration(ConsumerMember member, int received) {
        if (received != member.epoch()) {
            throw new OttlaException(
                    ErrorCode.ILLEGAL_GENERATION,
                    "Member " + member.memberId() + " is at generation " + member.epoch() + ", not " + received + ".");
        }
    }

    private static OttlaException stale(ConsumerMember member, int received) {
        return new OttlaException(
                ErrorCode.STALE_MEMBER_EPOCH,
                "Member " + member.memberId() + " is at epoch " + member.epoch() + ", not " + received + ".");
    }

    @Override
    public void checkDeleteOffsets() {
        // Each topic is looked at by itself.
    }

    @Override
    public boolean isSubscribed(String topic) {
        return subscriptions.keySet().stream()
                .anyMatch(subscription -> topicsOf(subscription).contains(topic));
    }

    @Override
    public long retentionStartMs(String topic, long commitTimestampMs) {
        return isSubscribed(topic) ? Long.MAX_VALUE : commitTimestampMs;
    }

    @Override
    public List<GroupEvent> forgotten() {
        List<GroupEvent> events = new ArrayList<>();
        patterns.keySet().forEach(pattern -> events.add(new PatternForgotten(groupId, pattern)));
        events.add(new TargetEpochForgotten(groupId));
        events.add(new ConsumerGroupForgotten(groupId));
        return events;
    }

    @Override
    public List<Waiter<?>> waiting() {
        return List.of();
    }

    /** All that is stored of it, for comparisons. */
    @Override
    public String toString() {
        return groupId + " epoch " + epoch + " target " + targetEpoch + " hash " + metadataHash + " members "
                + members.values() + " targets " + new TreeMap<>(targets) + " patterns " + patterns + " owners "
                + new TreeMap<>(owners);
    }
}
