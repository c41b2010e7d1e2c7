package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.WireIds;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.jspecify.annotations.Nullable;

/** OffsetCommit: partitions that do not exist are refused here, the others go to the coordinator. From version 10 on topics are named by their ids (KIP-1098 follow-ups). */
final class OffsetCommitApi {
    private static final short FIRST_WITH_TOPIC_IDS = 10;

    private final GroupCoordinators coordinators;
    private final Supplier<ClusterImage> image;

    private OffsetCommitApi(GroupCoordinators coordinators, Supplier<ClusterImage> image) {
        this.coordinators = coordinators;
        this.image = image;
    }

    static ApiHandler api(GroupCoordinators coordinators, Supplier<ClusterImage> image) {
        return CoordinatorApi.onLoop(
                ApiKeys.OFFSET_COMMIT, OffsetCommitRequestData.class, new OffsetCommitApi(coordinators, image)::ask);
    }

    private void ask(RequestContext request, OffsetCommitRequestData message, Waiter<OffsetCommitResponseData> waiter) {
        boolean byId = request.version() >= FIRST_WITH_TOPIC_IDS;
        OffsetCommitRequestData known = message.duplicate();
        known.topics().clear();
        OffsetCommitResponseData refused = new OffsetCommitResponseData();
        for (OffsetCommitRequestTopic topic : message.topics()) {
            divide(topic, byId, known, refused);
        }
        if (known.topics().isEmpty() && !message.topics().isEmpty()) {
            waiter.answer(refused);
            return;
        }
        coordinators.submit(
                message.groupId(),
                waiter,
                (core, committing, step) ->
                        step.answer(committing, merged(refused, core.commit(Clients.of(request), known, step))));
    }

    private void divide(
            OffsetCommitRequestTopic asked,
            boolean byId,
            OffsetCommitRequestData known,
            OffsetCommitResponseData refused) {
        TopicImage topic = byId
                ? image.get().topic(WireIds.topicId(asked.topicId()))
                : image.get().topic(asked.name());
        if (topic == null) {
            ErrorCode error = byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
            asked.partitions().forEach(partition -> refuse(refused, asked, partition, error));
            return;
        }
        OffsetCommitRequestTopic kept =
                new OffsetCommitRequestTopic().setName(topic.name()).setTopicId(WireIds.uuid(topic.id()));
        for (OffsetCommitRequestPartition partition : asked.partitions()) {
            if (topic.partition(partition.partitionIndex()) == null) {
                refuse(refused, asked, partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            } else {
                kept.partitions().add(partition);
            }
        }
        if (!kept.partitions().isEmpty()) {
            known.topics().add(kept);
        }
    }

    private static void refuse(
            OffsetCommitResponseData refused,
            OffsetCommitRequestTopic topic,
            OffsetCommitRequestPartition partition,
            ErrorCode error) {
        OffsetCommitResponseTopic answered = find(refused, topic.name(), topic.topicId());
        if (answered == null) {
            answered = new OffsetCommitResponseTopic().setName(topic.name()).setTopicId(topic.topicId());
            refused.topics().add(answered);
        }
        answered.partitions()
                .add(new OffsetCommitResponsePartition()
                        .setPartitionIndex(partition.partitionIndex())
                        .setErrorCode(error.wireCode()));
    }

    private static OffsetCommitResponseData merged(OffsetCommitResponseData into, OffsetCommitResponseData committed) {
        for (OffsetCommitResponseTopic topic : committed.topics()) {
            OffsetCommitResponseTopic present = find(into, topic.name(), topic.topicId());
            if (present == null) {
                into.topics().add(topic);
            } else {
                present.partitions().addAll(topic.partitions());
            }
        }
        return into;
    }

    private static @Nullable OffsetCommitResponseTopic find(OffsetCommitResponseData in, String name, Uuid id) {
        for (OffsetCommitResponseTopic topic : in.topics()) {
            if (topic.name().equals(name)
                    || (!id.equals(Uuid.ZERO_UUID) && topic.topicId().equals(id))) {
                return topic;
            }
        }
        return null;
    }
}
