package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.metadata.TopicImage;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;

/** DeleteRecords: moves the log start up (KIP-107). Durable before the answer, so on a thread that may block. */
final class DeleteRecordsApi {
    private static final long NO_LOW_WATERMARK = -1;

    private final Partitions partitions;

    private DeleteRecordsApi(Partitions partitions) {
        this.partitions = partitions;
    }

    static ApiHandler api(Partitions partitions) {
        return MessageApi.onVirtualThread(
                ApiKeys.DELETE_RECORDS, DeleteRecordsRequestData.class, new DeleteRecordsApi(partitions)::handle);
    }

    private DeleteRecordsResponseData handle(RequestContext context, DeleteRecordsRequestData request) {
        DeleteRecordsResponseData response = new DeleteRecordsResponseData();
        for (DeleteRecordsTopic topic : request.topics()) {
            DeleteRecordsTopicResult answer = response.topics().find(topic.name());
            if (answer == null) {
                answer = new DeleteRecordsTopicResult().setName(topic.name());
                response.topics().add(answer);
            }
            for (DeleteRecordsPartition partition : topic.partitions()) {
                DeleteRecordsPartitionResult result = delete(topic.name(), partition);
                answer.partitions().remove(result);
                answer.partitions().add(result);
            }
        }
        return response;
    }

    private DeleteRecordsPartitionResult delete(String topic, DeleteRecordsPartition asked) {
        DeleteRecordsPartitionResult result = new DeleteRecordsPartitionResult()
                .setPartitionIndex(asked.partitionIndex())
                .setLowWatermark(NO_LOW_WATERMARK);
        Partition partition = partitions.byName(topic, asked.partitionIndex());
        if (partition == null) {
            return result.setErrorCode(
                    partitions.whyNot(topic, asked.partitionIndex()).wireCode());
        }
        if (TopicImage.isInternal(topic)) {
            return result.setErrorCode(ErrorCode.INVALID_TOPIC_EXCEPTION.wireCode());
        }
        try {
            return result.setLowWatermark(partition.deleteRecords(asked.offset()));
        } catch (OttlaException e) {
            return result.setErrorCode(e.code().wireCode());
        }
    }
}
