package dev.ottla.coordinator.core;

import dev.ottla.base.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/** A member of the consumer protocol as it sees itself: what it wants, what it reads, what it was told. */
final class ConsumerClient {
    final String instanceId;
    String memberId;
    int epoch;
    List<String> topics = List.of("t-a");
    String pattern = "";
    String assignor;
    Map<TopicId, Set<Integer>> owned = new TreeMap<>();
    /** What it may keep; it may take its time to give back the rest. */
    private Map<TopicId, Set<Integer>> told = new TreeMap<>();

    private boolean saysAll;

    ConsumerClient(String memberId, String instanceId) {
        this.memberId = memberId;
        this.instanceId = instanceId;
    }

    /** Its process is another: it knows nothing. */
    void restart(String newMemberId) {
        memberId = newMemberId;
        fence();
    }

    void fence() {
        epoch = 0;
        owned = new TreeMap<>();
        told = new TreeMap<>();
    }

    /** It wants something else; the next heartbeat says so. */
    void wants(List<String> newTopics, String newPattern, String newAssignor) {
        topics = newTopics;
        pattern = newPattern;
        assignor = newAssignor;
        saysAll = true;
    }

    ConsumerGroupHeartbeatRequestData heartbeat(String groupId) {
        ConsumerGroupHeartbeatRequestData request = new ConsumerGroupHeartbeatRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setInstanceId(instanceId)
                .setMemberEpoch(epoch)
                .setRebalanceTimeoutMs(-1)
                .setTopicPartitions(partitions());
        if (epoch == 0 || saysAll) {
            request.setRebalanceTimeoutMs(5_000)
                    .setSubscribedTopicNames(topics)
                    .setSubscribedTopicRegex(pattern)
                    .setServerAssignor(assignor);
        }
        return request;
    }

    private List<TopicPartitions> partitions() {
        List<TopicPartitions> all = new ArrayList<>();
        owned.forEach((topic, partitions) -> all.add(new TopicPartitions()
                .setTopicId(new Uuid(topic.mostSignificantBits(), topic.leastSignificantBits()))
                .setPartitions(List.copyOf(partitions))));
        return all;
    }

    void take(ConsumerGroupHeartbeatResponseData response) {
        saysAll = false;
        epoch = response.memberEpoch();
        if (response.assignment() == null) {
            return;
        }
        told = new TreeMap<>();
        response.assignment()
                .topicPartitions()
                .forEach(topic -> told.put(
                        new TopicId(
                                topic.topicId().getMostSignificantBits(),
                                topic.topicId().getLeastSignificantBits()),
                        new TreeSet<>(topic.partitions())));
        told.forEach((topic, partitions) ->
                owned.computeIfAbsent(topic, id -> new TreeSet<>()).addAll(partitions));
    }

    void giveBack() {
        owned = new TreeMap<>();
        told.forEach((topic, partitions) -> owned.put(topic, new TreeSet<>(partitions)));
    }

    @Override
    public String toString() {
        return memberId + "@" + epoch + owned;
    }
}
