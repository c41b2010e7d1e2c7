package dev.ottla.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A group of consumers that come, leave and crash, with all that it was told: what it read, and which commits were acknowledged. */
final class CrashGroup implements AutoCloseable {
    /** How long a commit is waited for: longer than a broker takes to come back. */
    static final Duration COMMIT_PATIENCE = Duration.ofSeconds(20);

    private static final int FEWEST = 2;
    private static final int MOST = 5;
    /** The first of them are static members. */
    private static final int STATIC = 2;

    private final Target broker;
    private final String groupId;
    private final String protocol;
    private final String topic;
    private final Map<Integer, CrashMember> members = new HashMap<>();
    private final Map<TopicPartition, Long> acknowledged = new ConcurrentHashMap<>();
    private final Set<Integer> values = ConcurrentHashMap.newKeySet();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();

    CrashGroup(Target broker, String protocol, String topic) {
        this.broker = broker;
        this.groupId = "group-" + protocol;
        this.protocol = protocol;
        this.topic = topic;
        start(0);
        start(STATIC);
    }

    String groupId() {
        return groupId;
    }

    /** Someone comes, leaves, or crashes and stays in the group until its session ends; a static one comes back at once. */
    void change(IntUnaryOperator below) {
        int slot = below.applyAsInt(MOST);
        CrashMember present = members.remove(slot);
        if (present == null) {
            start(slot);
            return;
        }
        boolean crashes = below.applyAsInt(2) == 0;
        present.end(crashes);
        if (slot < STATIC || members.size() < FEWEST) {
            start(slot);
        }
    }

    private void start(int slot) {
        Map<String, Object> config = new HashMap<>(Map.of("group.id", groupId, "group.protocol", protocol));
        if (protocol.equals("classic")) {
            config.putAll(Map.of("session.timeout.ms", "3000", "heartbeat.interval.ms", "300"));
        }
        if (slot < STATIC) {
            config.put("group.instance.id", "static-" + slot);
        }
        members.put(slot, new CrashMember(this, () -> JavaClient.consumer(broker, config), topic));
    }

    void read(int value) {
        values.add(value);
    }

    void acknowledge(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> acknowledged.merge(partition, offset.offset(), Math::max));
    }

    long acknowledged(TopicPartition partition) {
        return acknowledged.getOrDefault(partition, 0L);
    }

    Map<TopicPartition, Long> acknowledged() {
        return new HashMap<>(acknowledged);
    }

    void wrong(String what) {
        problems.add(groupId + ": " + what);
    }

    List<String> problems() {
        return new ArrayList<>(problems);
    }

    int missing(Set<Integer> wanted) {
        return (int) wanted.stream().filter(value -> !values.contains(value)).count();
    }

    /** Every partition is with exactly one member. */
    boolean isShared(int partitions) {
        Set<TopicPartition> all = new HashSet<>();
        int sum = 0;
        for (CrashMember member : members.values()) {
            all.addAll(member.assigned());
            sum += member.assigned().size();
        }
        return sum == partitions && all.size() == partitions;
    }

    @Override
    public void close() {
        members.values().forEach(member -> member.end(false));
        members.clear();
    }
}
