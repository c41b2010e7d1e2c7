package dev.ottla.benchmarks.groups;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;

/**
 * The members of a group of the consumer protocol (KIP-848). While the group is not stable, they heartbeat as soon as they are answered. Stable: all have the
 * same epoch, every partition has exactly one owner, and the broker, asked then, calls the group stable at that epoch.
 */
final class ConsumerMembers implements MembersOf {
    private static final int DESCRIBE_VERSION = 1;
    private static final int REBALANCE_MS = 300_000;

    private final Wire wire;
    private final String groupId;
    private final String topic;
    private final int[] owners;
    private final List<ConsumerMember> members = new ArrayList<>();
    private final Map<Integer, Integer> membersAt = new HashMap<>();
    private int ownedOnce;
    private boolean isSettled;
    private long settledNanos;

    ConsumerMembers(Wire wire, String groupId, String topic, int partitions) {
        this.wire = wire;
        this.groupId = groupId;
        this.topic = topic;
        this.owners = new int[partitions];
    }

    @Override
    public long join(List<Link> links) {
        long start = System.nanoTime();
        for (Link link : links) {
            members.add(new ConsumerMember(this, link));
        }
        membersAt.merge(0, links.size(), Integer::sum);
        do {
            isSettled = false;
            // The new ones first, and those who are there as if their heartbeats came just then.
            members.reversed().forEach(ConsumerMember::speak);
            wire.until(groupId + " is stable", this::isQuiet);
        } while (!isCalledStable());
        return settledNanos - start;
    }

    private boolean isQuiet() {
        return isSettled && members.stream().allMatch(ConsumerMember::isIdle);
    }

    boolean isSettled() {
        return isSettled;
    }

    private boolean isCalledStable() {
        var request = new ConsumerGroupDescribeRequestData().setGroupIds(List.of(groupId));
        var group = wire.ask(request, DESCRIBE_VERSION, ConsumerGroupDescribeResponseData.class)
                .groups()
                .getFirst();
        return group.errorCode() == 0
                && group.groupState().equals("Stable")
                && group.groupEpoch() == members.getFirst().epoch();
    }

    void moved(int fromEpoch, int toEpoch) {
        membersAt.merge(fromEpoch, -1, Integer::sum);
        membersAt.merge(toEpoch, 1, Integer::sum);
    }

    void gaveUp(int partition) {
        owned(partition, -1);
    }

    void took(int partition) {
        owned(partition, 1);
    }

    private void owned(int partition, int change) {
        ownedOnce -= owners[partition] == 1 ? 1 : 0;
        owners[partition] += change;
        ownedOnce += owners[partition] == 1 ? 1 : 0;
    }

    /** A member at this epoch has taken over what it was told. */
    void heard(int epoch) {
        if (!isSettled && ownedOnce == owners.length && membersAt.getOrDefault(epoch, 0) == members.size()) {
            isSettled = true;
            settledNanos = System.nanoTime();
        }
    }

    ConsumerGroupHeartbeatRequestData alive(String memberId, int epoch) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setMemberEpoch(epoch);
    }

    ConsumerGroupHeartbeatRequestData joining(String memberId) {
        return alive(memberId, 0)
                .setRebalanceTimeoutMs(REBALANCE_MS)
                .setSubscribedTopicNames(List.of(topic))
                .setTopicPartitions(List.of());
    }

    @Override
    public List<Beat> heartbeats() {
        return members.stream().map(ConsumerMember::beat).toList();
    }

    @Override
    public void leave() {
        members.forEach(ConsumerMember::leave);
        wire.until("all have left", () -> members.stream().allMatch(ConsumerMember::isIdle));
        members.clear();
    }
}
