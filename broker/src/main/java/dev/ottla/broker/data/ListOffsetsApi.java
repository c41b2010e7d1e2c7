package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.log.PartitionLog;
import dev.ottla.log.TimestampOffset;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;

/** ListOffsets: the offset at a time, or at one of the special times that Kafka has below zero. Looks into files, so on a thread that may block. */
final class ListOffsetsApi {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    private static final int CONSUMER_REPLICA_ID = -1;
    private static final byte READ_COMMITTED = 1;
    private static final short FIRST_EPOCH_VERSION = 4;
    private static final long UNKNOWN = -1;
    private static final int NO_EPOCH = -1;

    private final Partitions partitions;

    private ListOffsetsApi(Partitions partitions) {
        this.partitions = partitions;
    }

    static ApiHandler api(Partitions partitions) {
        return MessageApi.onVirtualThread(
                ApiKeys.LIST_OFFSETS, ListOffsetsRequestData.class, new ListOffsetsApi(partitions)::handle);
    }

    private ListOffsetsResponseData handle(RequestContext context, ListOffsetsRequestData request) {
        Set<Named> duplicates = duplicates(request);
        Set<Named> answered = new HashSet<>();
        ListOffsetsResponseData response = new ListOffsetsResponseData();
        for (ListOffsetsTopic topic : request.topics()) {
            ListOffsetsTopicResponse answer = new ListOffsetsTopicResponse().setName(topic.name());
            for (ListOffsetsPartition partition : topic.partitions()) {
                Named named = new Named(topic.name(), partition.partitionIndex());
                if (duplicates.contains(named)) {
                    if (answered.add(named)) {
                        answer.partitions().add(refused(partition, ErrorCode.INVALID_REQUEST));
                    }
                } else {
                    answer.partitions().add(find(context.version(), request, topic.name(), partition));
                }
            }
            if (!answer.partitions().isEmpty() || topic.partitions().isEmpty()) {
                response.topics().add(answer);
            }
        }
        return response;
    }

    private ListOffsetsPartitionResponse find(
            short version, ListOffsetsRequestData request, String topic, ListOffsetsPartition asked) {
        if (!isSupported(asked.timestamp(), version)) {
            return refused(asked, ErrorCode.UNSUPPORTED_VERSION);
        }
        Partition partition = partitions.byName(topic, asked.partitionIndex());
        if (partition == null) {
            return refused(asked, partitions.whyNot(topic, asked.partitionIndex()));
        }
        ErrorCode leader = partition.checkLeader(asked.currentLeaderEpoch());
        if (leader != ErrorCode.NONE) {
            return refused(asked, leader);
        }
        try {
            TimestampOffset found = lookUp(partition, asked.timestamp(), endFor(request, partition));
            ListOffsetsPartitionResponse answer = refused(asked, ErrorCode.NONE)
                    .setTimestamp(found.timestampMs())
                    .setOffset(found.offset());
            return version >= FIRST_EPOCH_VERSION ? answer.setLeaderEpoch(found.leaderEpoch()) : answer;
        } catch (OttlaException e) {
            return refused(asked, e.code());
        }
    }

    /** The end that the asker may know of: a consumer's is the high watermark or the last stable offset. */
    private static long endFor(ListOffsetsRequestData request, Partition partition) {
        return request.replicaId() == CONSUMER_REPLICA_ID
                ? partition.fetchableEnd(request.isolationLevel() == READ_COMMITTED)
                : partition.endOffset();
    }

    private static TimestampOffset lookUp(Partition partition, long timestamp, long end) {
        PartitionLog log = partition.log();
        if (timestamp == LATEST) {
            return new TimestampOffset(UNKNOWN, end, partition.leaderEpoch());
        }
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            long start = log.startOffset();
            int epoch = start < log.endOffset() ? log.epochAt(start) : log.latestEpoch();
            return new TimestampOffset(UNKNOWN, start, epoch);
        }
        if (timestamp == LATEST_TIERED || timestamp == EARLIEST_PENDING_UPLOAD) {
            return new TimestampOffset(UNKNOWN, UNKNOWN, NO_EPOCH);
        }
        TimestampOffset found = timestamp == MAX_TIMESTAMP ? log.offsetOfMaxTimestamp() : log.offsetForTime(timestamp);
        return found == null || found.offset() >= end ? new TimestampOffset(UNKNOWN, UNKNOWN, NO_EPOCH) : found;
    }

    private static boolean isSupported(long timestamp, short version) {
        if (timestamp >= LATEST || timestamp == EARLIEST) {
            return true;
        }
        if (timestamp == MAX_TIMESTAMP) {
            return version >= 7;
        }
        if (timestamp == EARLIEST_LOCAL) {
            return version >= 8;
        }
        if (timestamp == LATEST_TIERED) {
            return version >= 9;
        }
        return timestamp == EARLIEST_PENDING_UPLOAD && version >= 11;
    }

    private static ListOffsetsPartitionResponse refused(ListOffsetsPartition asked, ErrorCode error) {
        return new ListOffsetsPartitionResponse()
                .setPartitionIndex(asked.partitionIndex())
                .setErrorCode(error.wireCode())
                .setTimestamp(UNKNOWN)
                .setOffset(UNKNOWN);
    }

    private static Set<Named> duplicates(ListOffsetsRequestData request) {
        Set<Named> seen = new HashSet<>();
        Set<Named> twice = new HashSet<>();
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition partition : topic.partitions()) {
                Named named = new Named(topic.name(), partition.partitionIndex());
                if (!seen.add(named)) {
                    twice.add(named);
                }
            }
        }
        return twice;
    }

    private record Named(String topic, int partition) {}
}
