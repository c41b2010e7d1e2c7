package dev.ottla.benchmarks.groups;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.Errors;

/**
 * The members of a group of the classic protocol. They heartbeat as soon as they are answered while the group is not stable, so that its time is the broker's
 * and not that of a heartbeat interval.
 */
final class ClassicMembers implements MembersOf {
    static final int SYNC_VERSION = 5;
    static final int HEARTBEAT_VERSION = 4;
    static final int COMMIT_VERSION = 9;
    private static final int LEAVE_VERSION = 5;
    private static final String PROTOCOL = "range";
    /** The longest that both brokers grant: nobody's session may end while others are measured. */
    private static final int SESSION_MS = 1_800_000;

    private static final int REBALANCE_MS = 300_000;

    private final Wire wire;
    private final String groupId;
    private final String topic;
    private final int partitions;
    private final List<ClassicMember> members = new ArrayList<>();
    private int newestGeneration;
    private int synced;
    private long stableNanos;
    private boolean isStable;

    ClassicMembers(Wire wire, String groupId, String topic, int partitions) {
        this.wire = wire;
        this.groupId = groupId;
        this.topic = topic;
        this.partitions = partitions;
    }

    @Override
    public long join(List<Link> links) {
        long start = System.nanoTime();
        startJoin(links);
        wire.until(groupId + " is stable", this::isQuiet);
        return stableNanos - start;
    }

    void startJoin(List<Link> links) {
        isStable = false;
        List<ClassicMember> old = List.copyOf(members);
        for (Link link : links) {
            members.add(new ClassicMember(this, link));
        }
        members.subList(old.size(), members.size()).forEach(ClassicMember::join);
        old.forEach(ClassicMember::heartbeat);
    }

    /** Stable, and every member has heard the answer to what it said last. */
    boolean isQuiet() {
        return isStable && members.stream().allMatch(ClassicMember::isIdle);
    }

    boolean isStable() {
        return isStable;
    }

    void synced(int generation) {
        if (generation > newestGeneration) {
            newestGeneration = generation;
            synced = 0;
        }
        synced += generation == newestGeneration ? 1 : 0;
        if (synced == members.size()) {
            isStable = true;
            stableNanos = System.nanoTime();
        }
    }

    JoinGroupRequestData joinRequest(String memberId) {
        byte[] subscription = bytes(ConsumerProtocol.serializeSubscription(new Subscription(List.of(topic))));
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName(PROTOCOL).setMetadata(subscription));
        return new JoinGroupRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setProtocolType(ConsumerProtocol.PROTOCOL_TYPE)
                .setProtocols(protocols)
                .setSessionTimeoutMs(SESSION_MS)
                .setRebalanceTimeoutMs(REBALANCE_MS);
    }

    /** @param assigned those to whom the partitions are dealt; nobody when it is not the leader who syncs */
    SyncGroupRequestData syncRequest(String memberId, int generation, List<String> assigned) {
        List<SyncGroupRequestAssignment> assignments = new ArrayList<>();
        for (int i = 0; i < assigned.size(); i++) {
            List<TopicPartition> own = new ArrayList<>();
            for (int partition = i; partition < partitions; partition += assigned.size()) {
                own.add(new TopicPartition(topic, partition));
            }
            assignments.add(new SyncGroupRequestAssignment()
                    .setMemberId(assigned.get(i))
                    .setAssignment(bytes(ConsumerProtocol.serializeAssignment(new Assignment(own)))));
        }
        return new SyncGroupRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setGenerationId(generation)
                .setProtocolType(ConsumerProtocol.PROTOCOL_TYPE)
                .setProtocolName(PROTOCOL)
                .setAssignments(assignments);
    }

    HeartbeatRequestData heartbeatRequest(String memberId, int generation) {
        return new HeartbeatRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setGenerationId(generation);
    }

    @Override
    public List<Beat> heartbeats() {
        return members.stream().map(ClassicMember::beat).toList();
    }

    /** For each member, commits of the topic's first partitions with offsets that differ. */
    List<List<Beat>> commits(int count, int different) {
        List<List<Beat>> commits = new ArrayList<>();
        for (ClassicMember member : members) {
            List<Beat> own = new ArrayList<>();
            for (int i = 1; i <= different; i++) {
                OffsetCommitRequestData request =
                        Commits.of(groupId, member.id(), newestGeneration, topic, count, 1_000_000L * i);
                own.add(new Beat(member.link(), Frame.of(request, COMMIT_VERSION)));
            }
            commits.add(own);
        }
        return commits;
    }

    @Override
    public void leave() {
        if (members.isEmpty()) {
            return;
        }
        LeaveGroupRequestData request = new LeaveGroupRequestData()
                .setGroupId(groupId)
                .setMembers(members.stream()
                        .map(member -> new MemberIdentity().setMemberId(member.id()))
                        .toList());
        LeaveGroupResponseData answer = wire.ask(request, LEAVE_VERSION, LeaveGroupResponseData.class);
        if (answer.errorCode() != 0) {
            throw new IllegalStateException(
                    "The broker answered " + Errors.forCode(answer.errorCode()) + " to a leave");
        }
        members.clear();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
