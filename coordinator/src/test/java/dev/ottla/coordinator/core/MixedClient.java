package dev.ottla.coordinator.core;

import dev.ottla.base.TopicId;
import dev.ottla.coordinator.group.Embedded;
import dev.ottla.coordinator.runtime.Answers;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.MessageUtil;

/** A consumer of the classic protocol as it sees itself, with Kafka's eager or cooperative rules. */
final class MixedClient {
    static final String TOPIC = "t-a";
    private static final short VERSION = 1;
    private static final short MEMBER_ID_REQUIRED = 79;
    private static final short REBALANCE_IN_PROGRESS = 27;

    final boolean cooperative;
    /** Null for a member that is not static. */
    final String instanceId;

    String memberId = "";
    int generation = -1;
    boolean inSync;
    Set<Integer> owned = new TreeSet<>();
    Answers<JoinGroupResponseData> join;
    Answers<SyncGroupResponseData> sync;
    private boolean leads;
    private Map<String, Set<Integer>> ownedByMember = Map.of();

    MixedClient(boolean cooperative, String instanceId) {
        this.cooperative = cooperative;
        this.instanceId = instanceId;
    }

    boolean waits() {
        return (join != null && !join.isAnswered()) || (sync != null && !sync.isAnswered());
    }

    /** Nobody counts on it any more; it begins again. */
    void lose(boolean alsoItsId) {
        owned = new TreeSet<>();
        generation = -1;
        inSync = false;
        if (alsoItsId) {
            memberId = "";
        }
    }

    /** Its process is another. */
    void restart() {
        lose(true);
        join = null;
        sync = null;
    }

    /** What it does before it joins again. */
    void rejoin() {
        generation = -1;
        inSync = false;
        if (!cooperative) {
            owned = new TreeSet<>();
        }
    }

    JoinGroupRequestData joining(String groupId) {
        ConsumerProtocolSubscription subscription = new ConsumerProtocolSubscription().setTopics(List.of(TOPIC));
        if (!owned.isEmpty()) {
            subscription
                    .ownedPartitions()
                    .add(new ConsumerProtocolSubscription.TopicPartition()
                            .setTopic(TOPIC)
                            .setPartitions(List.copyOf(owned)));
        }
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setGroupInstanceId(instanceId)
                .setProtocolType("consumer")
                .setSessionTimeoutMs(10_000)
                .setRebalanceTimeoutMs(5_000);
        request.protocols()
                .add(new JoinGroupRequestProtocol()
                        .setName("a")
                        .setMetadata(bytes(MessageUtil.toVersionPrefixedByteBuffer(VERSION, subscription))));
        return request;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    SyncGroupRequestData syncing(String groupId, int partitions) {
        SyncGroupRequestData request = new SyncGroupRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setGroupInstanceId(instanceId)
                .setGenerationId(generation)
                .setProtocolType("consumer")
                .setProtocolName("a");
        if (leads) {
            assigned(partitions)
                    .forEach((member, numbers) -> request.assignments()
                            .add(new SyncGroupRequestAssignment()
                                    .setMemberId(member)
                                    .setAssignment(Embedded.assignment(
                                            new TreeMap<>(Map.of(TOPIC, numbers)), new byte[] {0, VERSION}))));
        }
        return request;
    }

    /** In turn; what another has is held back until that has given it up. */
    private Map<String, SortedSet<Integer>> assigned(int partitions) {
        List<String> members = List.copyOf(new TreeSet<>(ownedByMember.keySet()));
        Map<String, SortedSet<Integer>> assigned = new HashMap<>();
        members.forEach(member -> assigned.put(member, new TreeSet<>()));
        Map<Integer, String> owners = new HashMap<>();
        ownedByMember.forEach((member, numbers) -> numbers.forEach(number -> owners.put(number, member)));
        for (int partition = 0; partition < partitions; partition++) {
            String member = members.get(partition % members.size());
            if (member.equals(owners.getOrDefault(partition, member))) {
                assigned.get(member).add(partition);
            }
        }
        return assigned;
    }

    /** Takes what has come of its requests. */
    void take() {
        if (join != null && join.isAnswered()) {
            Object answer = join.whatever();
            join = null;
            takeJoin(answer);
        }
        if (sync != null && sync.isAnswered()) {
            Object answer = sync.whatever();
            sync = null;
            takeSync(answer);
        }
    }

    private void takeJoin(Object answer) {
        if (!(answer instanceof JoinGroupResponseData joined)) {
            lose(true);
        } else if (joined.errorCode() == MEMBER_ID_REQUIRED) {
            memberId = joined.memberId();
        } else if (joined.errorCode() == REBALANCE_IN_PROGRESS) {
            generation = -1;
        } else if (joined.errorCode() != 0) {
            lose(true);
        } else {
            memberId = joined.memberId();
            generation = joined.generationId();
            leads = joined.leader().equals(joined.memberId()) && !joined.skipAssignment();
            ownedByMember = new HashMap<>();
            joined.members().forEach(member -> {
                Embedded.Subscription said = Embedded.subscription(member.metadata());
                ownedByMember.put(member.memberId(), said.owned().getOrDefault(TOPIC, new TreeSet<>()));
            });
        }
    }

    private void takeSync(Object answer) {
        if (!(answer instanceof SyncGroupResponseData synced)) {
            lose(true);
        } else if (synced.errorCode() == REBALANCE_IN_PROGRESS) {
            rejoin();
        } else if (synced.errorCode() != 0) {
            lose(synced.errorCode() != 22);
        } else {
            inSync = true;
            Set<Integer> assigned =
                    new TreeSet<>(Embedded.partitions(synced.assignment()).getOrDefault(TOPIC, new TreeSet<>()));
            boolean gaveBack = !assigned.containsAll(owned);
            owned = assigned;
            if (gaveBack && cooperative) {
                rejoin();
            }
        }
    }

    /** Its partitions under the topic's id, as members of the other protocol have them. */
    Map<TopicId, Set<Integer>> owned(ClusterImage image) {
        TopicImage topic = image.topic(TOPIC);
        return topic == null || owned.isEmpty() ? Map.of() : Map.of(topic.id(), new HashSet<>(owned));
    }

    @Override
    public String toString() {
        return "classic " + (instanceId == null ? "" : instanceId + " ") + memberId + "@" + generation
                + new ArrayList<>(owned);
    }
}
