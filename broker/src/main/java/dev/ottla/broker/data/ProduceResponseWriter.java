package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.data.ProduceResults.RecordFault;
import dev.ottla.broker.data.ProduceResults.Refusal;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a Produce response (v3 to v13) behind its header. */
final class ProduceResponseWriter {
    private static final short FIRST_LOG_START_VERSION = 5;
    private static final short FIRST_RECORD_ERRORS_VERSION = 8;
    private static final short FIRST_LEADER_VERSION = 10;
    private static final int MESSAGE_BOUND_BYTES = 32;
    private static final int TOPIC_BOUND_BYTES = 32;
    private static final int PARTITION_BOUND_BYTES = 64;
    private static final int FAULT_BOUND_BYTES = 8;
    /** Tag count, tag, size, two numbers, no tags of its own. */
    private static final int CURRENT_LEADER_CONTENT_BYTES = 4 + 4 + 1;

    private ProduceResponseWriter() {}

    /** The most bytes that the response can take, for the buffer it is written into. */
    static int boundBytes(ProduceRequest request, ProduceResults results, List<NodeEndpoint> endpoints) {
        int bound = MESSAGE_BOUND_BYTES + NodeEndpoint.boundBytes(endpoints);
        for (int topic = 0; topic < request.topicCount(); topic++) {
            bound += TOPIC_BOUND_BYTES + WireWriter.stringBound(request.topicName(topic));
        }
        bound += request.partitionCount() * PARTITION_BOUND_BYTES;
        for (int partition = 0; partition < results.count(); partition++) {
            Refusal refusal = results.refusal(partition);
            if (refusal != null) {
                bound += WireWriter.stringBound(refusal.message());
                for (RecordFault fault : refusal.recordFaults()) {
                    bound += FAULT_BOUND_BYTES + WireWriter.stringBound(fault.message());
                }
            }
        }
        return bound;
    }

    static void write(
            ByteBuffer target,
            short version,
            ProduceRequest request,
            ProduceResults results,
            List<NodeEndpoint> endpoints) {
        WireWriter out = new WireWriter(target, ProduceRequest.isFlexible(version));
        out.length32(answeredTopics(request));
        for (int topic = 0; topic < request.topicCount(); topic++) {
            int answered = request.answeredPartitions(topic);
            if (answered == 0) {
                continue;
            }
            if (ProduceRequest.usesTopicIds(version)) {
                out.topicId(request.topicId(topic));
            } else {
                out.string(request.topicName(topic));
            }
            int end = request.endPartition(topic);
            out.length32(answered);
            for (int partition = request.firstPartition(topic); partition < end; partition++) {
                if (!request.isDropped(partition)) {
                    writePartition(out, version, request.index(partition), partition, results);
                }
            }
            out.noTags();
        }
        out.int32(0); // throttle time
        if (version >= FIRST_LEADER_VERSION) {
            NodeEndpoint.writeTag(out, endpoints);
        } else {
            out.noTags();
        }
    }

    private static int answeredTopics(ProduceRequest request) {
        int count = 0;
        for (int topic = 0; topic < request.topicCount(); topic++) {
            count += request.answeredPartitions(topic) > 0 ? 1 : 0;
        }
        return count;
    }

    private static void writePartition(
            WireWriter out, short version, int index, int partition, ProduceResults results) {
        ErrorCode error = results.error(partition);
        out.int32(index).int16(error.wireCode());
        out.int64(results.baseOffset(partition)).int64(results.appendTimeMs(partition));
        if (version >= FIRST_LOG_START_VERSION) {
            out.int64(results.logStartOffset(partition));
        }
        Refusal refusal = results.refusal(partition);
        if (version >= FIRST_RECORD_ERRORS_VERSION) {
            writeRecordErrors(out, refusal);
        }
        if (version >= FIRST_LEADER_VERSION && refusal != null && refusal.leaderEpoch() >= 0) {
            out.unsignedVarint(1).unsignedVarint(0).unsignedVarint(CURRENT_LEADER_CONTENT_BYTES);
            out.int32(refusal.leaderId()).int32(refusal.leaderEpoch()).noTags();
        } else {
            out.noTags();
        }
    }

    private static void writeRecordErrors(WireWriter out, @Nullable Refusal refusal) {
        if (refusal == null) {
            out.length32(0).string(null);
            return;
        }
        out.length32(refusal.recordFaults().size());
        for (RecordFault fault : refusal.recordFaults()) {
            out.int32(fault.batchIndex()).string(fault.message()).noTags();
        }
        out.string(refusal.message());
    }
}
