package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.log.EpochEnd;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;

/** OffsetForLeaderEpoch: where an epoch ended here, so that a consumer notices a log that was cut behind its back (KIP-320). */
final class OffsetForLeaderEpochApi {
    private final Partitions partitions;

    private OffsetForLeaderEpochApi(Partitions partitions) {
        this.partitions = partitions;
    }

    static ApiHandler api(Partitions partitions) {
        return MessageApi.onLoop(
                ApiKeys.OFFSET_FOR_LEADER_EPOCH,
                OffsetForLeaderEpochRequestData.class,
                new OffsetForLeaderEpochApi(partitions)::handle);
    }

    private OffsetForLeaderEpochResponseData handle(RequestContext context, OffsetForLeaderEpochRequestData request) {
        OffsetForLeaderEpochResponseData response = new OffsetForLeaderEpochResponseData();
        for (OffsetForLeaderTopic topic : request.topics()) {
            OffsetForLeaderTopicResult answer = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            for (OffsetForLeaderPartition partition : topic.partitions()) {
                answer.partitions().add(find(topic.topic(), partition));
            }
            response.topics().add(answer);
        }
        return response;
    }

    private EpochEndOffset find(String topic, OffsetForLeaderPartition asked) {
        EpochEndOffset answer = new EpochEndOffset().setPartition(asked.partition());
        Partition partition = partitions.byName(topic, asked.partition());
        if (partition == null) {
            return answer.setErrorCode(
                    partitions.whyNot(topic, asked.partition()).wireCode());
        }
        ErrorCode leader = partition.checkLeader(asked.currentLeaderEpoch());
        if (leader != ErrorCode.NONE) {
            return answer.setErrorCode(leader.wireCode());
        }
        try {
            EpochEnd end = partition.log().endOffsetForEpoch(asked.leaderEpoch());
            return answer.setLeaderEpoch(end.epoch()).setEndOffset(end.endOffset());
        } catch (OttlaException e) {
            return answer.setErrorCode(e.code().wireCode());
        }
    }
}
