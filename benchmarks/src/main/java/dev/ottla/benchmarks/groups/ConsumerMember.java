package dev.ottla.benchmarks.groups;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/** One member of the consumer protocol: says what it has when that has changed, and otherwise that it lives. */
final class ConsumerMember {
    private static final int VERSION = 1;
    private static final int GOOD_BYE = -1;

    private final ConsumerMembers group;
    private final Link link;
    private final String id = Uuid.randomUuid().toString();
    private int epoch;
    private List<TopicPartitions> owned = List.of();
    private boolean mustConfirm;

    ConsumerMember(ConsumerMembers group, Link link) {
        this.group = group;
        this.link = link;
    }

    int epoch() {
        return epoch;
    }

    boolean isIdle() {
        return link.isIdle();
    }

    Beat beat() {
        return new Beat(link, Frame.of(group.alive(id, epoch), VERSION));
    }

    void leave() {
        new Beat(link, Frame.of(group.alive(id, GOOD_BYE), VERSION)).send(beat -> {});
    }

    void speak() {
        Frame frame = Frame.of(request(), VERSION);
        mustConfirm = false;
        link.send(frame, (ByteBuffer answer) -> heard((ConsumerGroupHeartbeatResponseData) frame.read(answer)));
    }

    private ConsumerGroupHeartbeatRequestData request() {
        if (epoch == 0) {
            return group.joining(id);
        }
        return mustConfirm ? group.alive(id, epoch).setTopicPartitions(owned) : group.alive(id, epoch);
    }

    private void heard(ConsumerGroupHeartbeatResponseData answer) {
        if (answer.errorCode() != 0) {
            throw new IllegalStateException(
                    "The broker answered " + Errors.forCode(answer.errorCode()) + ": " + answer.errorMessage());
        }
        group.moved(epoch, answer.memberEpoch());
        epoch = answer.memberEpoch();
        if (answer.assignment() != null) {
            owned.forEach(topic -> topic.partitions().forEach(group::gaveUp));
            owned = answer.assignment().topicPartitions().stream()
                    .map(topic ->
                            new TopicPartitions().setTopicId(topic.topicId()).setPartitions(topic.partitions()))
                    .toList();
            owned.forEach(topic -> topic.partitions().forEach(group::took));
            mustConfirm = true;
        }
        group.heard(epoch);
        // What it has been given it confirms also when nothing more is to come.
        if (mustConfirm || !group.isSettled()) {
            speak();
        }
    }
}
