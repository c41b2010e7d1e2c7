package dev.ottla.coordinator.offset;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.OffsetForgotten;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.group.PendingOffsets;
import dev.ottla.coordinator.runtime.Step;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;

/** Takes committed offsets away: at an administrator's wish (OffsetDelete), with their topic, with their group. */
public final class DeleteOffsets {
    private final Groups groups;

    public DeleteOffsets(Groups groups) {
        this.groups = groups;
    }

    /** @throws OttlaException GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP */
    public OffsetDeleteResponseData run(OffsetDeleteRequestData request, Step<GroupEvent> step) {
        Group group = groups.get(request.groupId());
        if (group == null) {
            throw new OttlaException(ErrorCode.GROUP_ID_NOT_FOUND, "Group " + request.groupId() + " not found.");
        }
        group.checkDeleteOffsets();
        OffsetDeleteResponseData response = new OffsetDeleteResponseData();
        for (OffsetDeleteRequestTopic topic : request.topics()) {
            boolean subscribed = group.isSubscribed(topic.name());
            OffsetDeleteResponseTopic answered = new OffsetDeleteResponseTopic().setName(topic.name());
            for (OffsetDeleteRequestPartition partition : topic.partitions()) {
                if (!subscribed) {
                    forget(request.groupId(), topic.name(), partition.partitionIndex(), step);
                }
                answered.partitions()
                        .add(new OffsetDeleteResponsePartition()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode((subscribed ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE)
                                        .wireCode()));
            }
            response.topics().add(answered);
        }
        return response;
    }

    /** All of a group's. */
    public void ofGroup(String groupId, Step<GroupEvent> step) {
        for (String topic : List.copyOf(groups.offsets().ofGroup(groupId).keySet())) {
            ofTopic(groupId, topic, step);
        }
        groups.pending().ofGroup(groupId).forEach(place -> forget(place, step));
    }

    /** All of a topic that is gone. */
    public void ofTopic(String topic, Step<GroupEvent> step) {
        List<String> with = new ArrayList<>();
        groups.offsets().groups().forEach(with::add);
        with.forEach(groupId -> ofTopic(groupId, topic, step));
        groups.pending().ofTopic(topic).forEach(place -> forget(place, step));
    }

    private void ofTopic(String groupId, String topic, Step<GroupEvent> step) {
        for (int partition :
                List.copyOf(groups.offsets().ofTopic(groupId, topic).keySet())) {
            forget(groupId, topic, partition, step);
        }
    }

    private void forget(PendingOffsets.Place place, Step<GroupEvent> step) {
        forget(place.groupId(), place.topic(), place.partition(), step);
    }

    /** With what is pending for it. */
    void forget(String groupId, String topic, int partition, Step<GroupEvent> step) {
        if (groups.offsets().get(groupId, topic, partition) == null
                && !groups.pending().isUnstable(groupId, topic, partition)) {
            return;
        }
        OffsetForgotten event = new OffsetForgotten(groupId, topic, partition);
        groups.apply(event);
        step.emit(event);
    }
}
