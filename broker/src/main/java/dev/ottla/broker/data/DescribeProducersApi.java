package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.log.ProducerSummary;
import dev.ottla.metadata.TopicNames;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** DescribeProducers: the producers that a partition remembers (KIP-664). */
final class DescribeProducersApi {
    private final Partitions partitions;

    private DescribeProducersApi(Partitions partitions) {
        this.partitions = partitions;
    }

    static ApiHandler api(Partitions partitions) {
        return MessageApi.onVirtualThread(
                ApiKeys.DESCRIBE_PRODUCERS,
                DescribeProducersRequestData.class,
                new DescribeProducersApi(partitions)::handle);
    }

    private DescribeProducersResponseData handle(RequestContext context, DescribeProducersRequestData request) {
        DescribeProducersResponseData response = new DescribeProducersResponseData();
        for (TopicRequest topic : request.topics()) {
            TopicResponse answer = new TopicResponse().setName(topic.name());
            String badName = TopicNames.problem(topic.name());
            for (int index : topic.partitionIndexes()) {
                answer.partitions()
                        .add(
                                badName != null
                                        ? refused(index, ErrorCode.INVALID_TOPIC_EXCEPTION, badName)
                                        : describe(topic.name(), index));
            }
            response.topics().add(answer);
        }
        return response;
    }

    private PartitionResponse describe(String topic, int index) {
        Partition partition = partitions.byName(topic, index);
        if (partition == null) {
            ErrorCode why = partitions.whyNot(topic, index);
            boolean topicKnown = partitions.image().topic(topic) != null;
            return refused(
                    index,
                    why,
                    topicKnown ? null : Errors.forCode(why.wireCode()).message());
        }
        try {
            PartitionResponse answer = new PartitionResponse().setPartitionIndex(index);
            for (ProducerSummary producer : partition.log().producers().active()) {
                answer.activeProducers().add(stateOf(producer));
            }
            return answer;
        } catch (OttlaException e) {
            return refused(index, e.code(), null);
        }
    }

    private static ProducerState stateOf(ProducerSummary producer) {
        return new ProducerState()
                .setProducerId(producer.producerId())
                .setProducerEpoch(producer.epoch())
                .setLastSequence(producer.lastSequence())
                .setLastTimestamp(producer.lastTimestampMs())
                .setCoordinatorEpoch(producer.coordinatorEpoch())
                .setCurrentTxnStartOffset(producer.currentTransactionFirstOffset());
    }

    private static PartitionResponse refused(int index, ErrorCode error, @Nullable String message) {
        return new PartitionResponse()
                .setPartitionIndex(index)
                .setErrorCode(error.wireCode())
                .setErrorMessage(message);
    }
}
