package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;

/** OffsetDelete (KIP-496): partitions that do not exist are refused here, the others go to the coordinator. */
final class OffsetDeleteApi {
    private final GroupCoordinators coordinators;
    private final Supplier<ClusterImage> image;

    private OffsetDeleteApi(GroupCoordinators coordinators, Supplier<ClusterImage> image) {
        this.coordinators = coordinators;
        this.image = image;
    }

    static ApiHandler api(GroupCoordinators coordinators, Supplier<ClusterImage> image) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.OFFSET_DELETE, OffsetDeleteRequestData.class, new OffsetDeleteApi(coordinators, image)::ask);
    }

    private void ask(RequestContext request, OffsetDeleteRequestData message, Waiter<OffsetDeleteResponseData> waiter) {
        OffsetDeleteRequestData known = new OffsetDeleteRequestData().setGroupId(message.groupId());
        OffsetDeleteResponseData refused = new OffsetDeleteResponseData();
        ClusterImage now = image.get();
        for (OffsetDeleteRequestTopic topic : message.topics()) {
            TopicImage found = now.topic(topic.name());
            OffsetDeleteRequestTopic kept = new OffsetDeleteRequestTopic().setName(topic.name());
            for (OffsetDeleteRequestPartition partition : topic.partitions()) {
                if (found == null || found.partition(partition.partitionIndex()) == null) {
                    answerOf(refused, topic.name())
                            .partitions()
                            .add(new OffsetDeleteResponsePartition()
                                    .setPartitionIndex(partition.partitionIndex())
                                    .setErrorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.wireCode()));
                } else {
                    kept.partitions().add(partition);
                }
            }
            if (!kept.partitions().isEmpty()) {
                known.topics().add(kept);
            }
        }
        coordinators.submit(
                message.groupId(),
                waiter,
                (core, deleting, step) -> step.answer(deleting, merged(refused, core.deleteOffsets(known, step))));
    }

    private static OffsetDeleteResponseData merged(OffsetDeleteResponseData into, OffsetDeleteResponseData deleted) {
        for (OffsetDeleteResponseTopic topic : deleted.topics()) {
            topic.partitions()
                    .forEach(partition ->
                            answerOf(into, topic.name()).partitions().add(partition.duplicate()));
        }
        return into;
    }

    private static OffsetDeleteResponseTopic answerOf(OffsetDeleteResponseData response, String topic) {
        OffsetDeleteResponseTopic present = response.topics().find(topic);
        if (present == null) {
            present = new OffsetDeleteResponseTopic().setName(topic);
            response.topics().add(present);
        }
        return present;
    }
}
