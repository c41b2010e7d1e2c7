package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.Gathering;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.WireIds;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;

/** OffsetFetch: before version 8 one group, whose answer is the response's own (KIP-709); from version 10 on topics are named by their ids. */
final class OffsetFetchApi {
    private static final short FIRST_WITH_MANY_GROUPS = 8;
    private static final short FIRST_WITH_TOPIC_IDS = 10;
    private static final short FIRST_WITH_TOP_LEVEL_ERROR = 2;
    private static final long NO_OFFSET = -1;

    private final GroupCoordinators coordinators;
    private final Supplier<ClusterImage> image;

    private OffsetFetchApi(GroupCoordinators coordinators, Supplier<ClusterImage> image) {
        this.coordinators = coordinators;
        this.image = image;
    }

    static ApiHandler api(GroupCoordinators coordinators, Supplier<ClusterImage> image) {
        return CoordinatorApi.onLoop(
                ApiKeys.OFFSET_FETCH, OffsetFetchRequestData.class, new OffsetFetchApi(coordinators, image)::ask);
    }

    private void ask(RequestContext request, OffsetFetchRequestData message, Waiter<OffsetFetchResponseData> waiter) {
        short version = request.version();
        List<OffsetFetchRequestGroup> asked =
                version >= FIRST_WITH_MANY_GROUPS ? message.groups() : List.of(onlyGroup(message, version));
        Gathering<OffsetFetchResponseGroup> answers = new Gathering<>(
                asked.size(),
                groups -> waiter.answer(
                        version >= FIRST_WITH_MANY_GROUPS
                                ? new OffsetFetchResponseData().setGroups(groups)
                                : asOne(groups.getFirst(), asked.getFirst(), version)));
        for (int i = 0; i < asked.size(); i++) {
            OffsetFetchRequestGroup group = asked.get(i);
            Named named = version >= FIRST_WITH_TOPIC_IDS ? named(group) : new Named(group, List.of());
            Waiter<OffsetFetchResponseGroup> one = answers.waiter(i, (code, detail) -> refused(group.groupId(), code));
            coordinators.submit(
                    group.groupId(),
                    one,
                    (core, fetching, step) -> step.answer(
                            fetching, withIds(core.fetch(named.group(), message.requireStable()), named, version)));
        }
    }

    /** A request whose topics have names, beside those that no topic has the id of. */
    private record Named(OffsetFetchRequestGroup group, List<OffsetFetchRequestTopics> unknown) {}

    private Named named(OffsetFetchRequestGroup asked) {
        if (asked.topics() == null) {
            return new Named(asked, List.of());
        }
        ClusterImage now = image.get();
        List<OffsetFetchRequestTopics> known = new ArrayList<>();
        List<OffsetFetchRequestTopics> unknown = new ArrayList<>();
        for (OffsetFetchRequestTopics topic : asked.topics()) {
            TopicImage found = now.topic(WireIds.topicId(topic.topicId()));
            if (found == null) {
                unknown.add(topic);
            } else {
                known.add(topic.duplicate().setName(found.name()));
            }
        }
        return new Named(asked.duplicate().setTopics(known), unknown);
    }

    /** Every topic with its id; those that were not found with their error. */
    private OffsetFetchResponseGroup withIds(OffsetFetchResponseGroup answer, Named named, short version) {
        if (version < FIRST_WITH_TOPIC_IDS) {
            return answer;
        }
        ClusterImage now = image.get();
        for (OffsetFetchResponseTopics topic : answer.topics()) {
            TopicImage found = now.topic(topic.name());
            if (found != null) {
                topic.setTopicId(WireIds.uuid(found.id()));
            }
        }
        answer.topics().removeIf(topic -> WireIds.topicId(topic.topicId()).isZero());
        for (OffsetFetchRequestTopics topic : named.unknown()) {
            OffsetFetchResponseTopics refused = new OffsetFetchResponseTopics().setTopicId(topic.topicId());
            topic.partitionIndexes()
                    .forEach(partition -> refused.partitions()
                            .add(new OffsetFetchResponsePartitions()
                                    .setPartitionIndex(partition)
                                    .setCommittedOffset(NO_OFFSET)
                                    .setMetadata("")
                                    .setErrorCode(ErrorCode.UNKNOWN_TOPIC_ID.wireCode())));
            answer.topics().add(refused);
        }
        return answer;
    }

    private static OffsetFetchRequestGroup onlyGroup(OffsetFetchRequestData message, short version) {
        OffsetFetchRequestGroup group = new OffsetFetchRequestGroup().setGroupId(message.groupId());
        // Version 1 has no way to ask for all; an empty list is none.
        if (message.topics() == null && version >= FIRST_WITH_TOP_LEVEL_ERROR) {
            return group.setTopics(null);
        }
        List<OffsetFetchRequestTopics> topics = new ArrayList<>();
        if (message.topics() != null) {
            message.topics()
                    .forEach(topic -> topics.add(new OffsetFetchRequestTopics()
                            .setName(topic.name())
                            .setPartitionIndexes(topic.partitionIndexes())));
        }
        return group.setTopics(topics);
    }

    private static OffsetFetchResponseGroup refused(String groupId, ErrorCode code) {
        return new OffsetFetchResponseGroup().setGroupId(groupId).setErrorCode(code.wireCode());
    }

    private static OffsetFetchResponseData asOne(
            OffsetFetchResponseGroup group, OffsetFetchRequestGroup asked, short version) {
        OffsetFetchResponseData response = new OffsetFetchResponseData();
        boolean errorOnTop = version >= FIRST_WITH_TOP_LEVEL_ERROR;
        if (group.errorCode() != ErrorCode.NONE.wireCode()) {
            if (!errorOnTop) {
                asked.topics().forEach(topic -> response.topics().add(failed(topic, group.errorCode())));
                return response;
            }
            return response.setErrorCode(group.errorCode());
        }
        for (OffsetFetchResponseTopics topic : group.topics()) {
            OffsetFetchResponseTopic answered = new OffsetFetchResponseTopic().setName(topic.name());
            topic.partitions()
                    .forEach(partition -> answered.partitions()
                            .add(new OffsetFetchResponsePartition()
                                    .setPartitionIndex(partition.partitionIndex())
                                    .setCommittedOffset(partition.committedOffset())
                                    .setCommittedLeaderEpoch(partition.committedLeaderEpoch())
                                    .setMetadata(partition.metadata())
                                    .setErrorCode(partition.errorCode())));
            response.topics().add(answered);
        }
        return response;
    }

    private static OffsetFetchResponseTopic failed(OffsetFetchRequestTopics topic, short error) {
        OffsetFetchResponseTopic answered = new OffsetFetchResponseTopic().setName(topic.name());
        topic.partitionIndexes()
                .forEach(partition -> answered.partitions()
                        .add(new OffsetFetchResponsePartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(NO_OFFSET)
                                .setMetadata("")
                                .setErrorCode(error)));
        return answered;
    }
}
