package dev.ottla.conformance;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/** A member of a group of the consumer protocol, heartbeat by heartbeat. */
final class ConsumerGroupMember {
    static final int VERSION = 1;

    private final Session session;
    private final String groupId;
    private final String memberId;
    private String instanceId;
    private int epoch;
    private List<TopicPartitions> owned = List.of();

    ConsumerGroupMember(Session session, String groupId, String memberId) {
        this.session = session;
        this.groupId = groupId;
        this.memberId = memberId;
    }

    ConsumerGroupMember instance(String id) {
        instanceId = id;
        return this;
    }

    int epoch() {
        return epoch;
    }

    /** What it says when it joins, or says everything again. */
    ConsumerGroupHeartbeatRequestData full(String... topics) {
        return alive().setRebalanceTimeoutMs(30_000)
                .setSubscribedTopicNames(List.of(topics))
                .setTopicPartitions(owned);
    }

    /** What it says when nothing has changed. */
    ConsumerGroupHeartbeatRequestData alive() {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(groupId)
                .setMemberId(memberId)
                .setInstanceId(instanceId)
                .setMemberEpoch(epoch);
    }

    /** What it says when it has what it was told to have. */
    ConsumerGroupHeartbeatRequestData confirming() {
        return alive().setTopicPartitions(owned);
    }

    /** Sends and takes over what comes back. */
    ConsumerGroupHeartbeatResponseData say(String about, ConsumerGroupHeartbeatRequestData request) {
        return take(session.ask(about, request, VERSION));
    }

    /** The same without writing down. */
    void peek(ConsumerGroupHeartbeatRequestData request) {
        take(session.peek(request, VERSION));
    }

    private ConsumerGroupHeartbeatResponseData take(Reply answered) {
        ConsumerGroupHeartbeatResponseData reply = answered.as(ConsumerGroupHeartbeatResponseData.class);
        if (reply.errorCode() == 0) {
            epoch = reply.memberEpoch();
            if (reply.assignment() != null) {
                owned = new ArrayList<>();
                reply.assignment()
                        .topicPartitions()
                        .forEach(topic -> owned.add(new TopicPartitions()
                                .setTopicId(topic.topicId())
                                .setPartitions(topic.partitions())));
            }
        }
        return reply;
    }

    ConsumerGroupHeartbeatResponseData join(String about, String... topics) {
        epoch = 0;
        owned = List.of();
        return say(about, full(topics));
    }

    /** Says good-bye: -1 for ever, -2 for a while. */
    void leave(String about, int how) {
        session.ask(about, alive().setMemberEpoch(how), VERSION);
    }

    List<TopicPartitions> owned() {
        return owned;
    }

    static TopicPartitions partitions(Uuid topic, Integer... numbers) {
        return new TopicPartitions().setTopicId(topic).setPartitions(List.of(numbers));
    }
}
