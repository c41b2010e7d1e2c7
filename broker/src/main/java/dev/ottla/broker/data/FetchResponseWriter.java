package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.FileSlice;
import dev.ottla.log.AbortedTransaction;
import dev.ottla.network.Reply;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes a Fetch response (v4 to v18): runs of bytes with the records, which are slices of files, between them. Each run is written into a
 * buffer of its own, large enough for it whatever its fields hold.
 */
final class FetchResponseWriter {
    private static final short FIRST_LOG_START_VERSION = 5;
    private static final short FIRST_SESSION_VERSION = 7;
    private static final short FIRST_PREFERRED_REPLICA_VERSION = 11;
    private static final short FIRST_ENDPOINTS_VERSION = 16;

    private static final int MESSAGE_BOUND_BYTES = 32;
    private static final int TOPIC_BOUND_BYTES = 32;
    /** Fixed fields, two tagged structs and the ends of the topic and of the message behind it. */
    private static final int PARTITION_BOUND_BYTES = 128;

    private static final int ABORTED_BOUND_BYTES = 2 * Long.BYTES + 1;
    /** Epoch or id, offset or epoch, no tags of its own. */
    private static final int DIVERGING_EPOCH_BYTES = 4 + 8 + 1;

    private static final int CURRENT_LEADER_BYTES = 4 + 4 + 1;
    private static final int DIVERGING_EPOCH_TAG = 0;
    private static final int CURRENT_LEADER_TAG = 1;

    private final short version;
    private final boolean flexible;
    private final IntFunction<ByteBuffer> buffers;
    private final List<PartitionRead> reads;
    private final List<NodeEndpoint> endpoints;
    private final Reply reply = new Reply();
    private ByteBuffer run;
    private WireWriter out;

    private FetchResponseWriter(
            short version,
            List<PartitionRead> reads,
            List<NodeEndpoint> endpoints,
            IntFunction<ByteBuffer> buffers,
            ByteBuffer firstRun) {
        this.version = version;
        this.flexible = FetchRequest.isFlexible(version);
        this.reads = reads;
        this.endpoints = endpoints;
        this.buffers = buffers;
        this.run = firstRun;
        this.out = new WireWriter(firstRun, flexible);
    }

    /**
     * Writes the response and gives the records of {@code reads} to the reply.
     *
     * @param firstBuffer gives the first buffer, the response header already in it, with so many bytes left
     * @param buffers gives the later ones, empty
     */
    static Reply write(
            short version,
            ErrorCode error,
            int sessionId,
            List<PartitionRead> reads,
            List<NodeEndpoint> endpoints,
            IntFunction<ByteBuffer> firstBuffer,
            IntFunction<ByteBuffer> buffers) {
        int bound = MESSAGE_BOUND_BYTES + runBound(reads, 0, endpoints);
        FetchResponseWriter writer =
                new FetchResponseWriter(version, reads, endpoints, buffers, firstBuffer.apply(bound));
        try {
            writer.writeHead(error, sessionId);
            writer.writeTopics();
            writer.writeEnd();
            return writer.reply;
        } catch (RuntimeException e) {
            writer.closeTaken();
            throw e;
        }
    }

    private void closeTaken() {
        for (Reply.Part part : reply.parts()) {
            if (part instanceof Reply.Slice slice) {
                slice.slice().close();
            }
        }
    }

    /** Room for everything from a partition on up to the next records, or the end. */
    private static int runBound(List<PartitionRead> reads, int from, List<NodeEndpoint> endpoints) {
        int bound = MESSAGE_BOUND_BYTES;
        for (int i = from; i < reads.size(); i++) {
            PartitionRead read = reads.get(i);
            bound += PARTITION_BOUND_BYTES + read.abortedTransactions().size() * ABORTED_BOUND_BYTES;
            if (i == from || !read.asked().sameTopic(reads.get(i - 1).asked())) {
                bound += TOPIC_BOUND_BYTES + WireWriter.stringBound(read.topic());
            }
            if (read.recordsSizeBytes() > 0) {
                return bound;
            }
        }
        return bound + NodeEndpoint.boundBytes(endpoints);
    }

    private void writeHead(ErrorCode error, int sessionId) {
        out.int32(0); // throttle time
        if (version >= FIRST_SESSION_VERSION) {
            out.int16(error.wireCode()).int32(sessionId);
        }
    }

    /** Partitions of a topic that follow one another stand under it together, as Kafka's do. */
    private void writeTopics() {
        out.length32(countTopics());
        int next = 0;
        while (next < reads.size()) {
            int end = topicEnd(next);
            PartitionRead first = reads.get(next);
            if (FetchRequest.usesTopicIds(version)) {
                out.topicId(first.topicId());
            } else {
                out.string(first.topic());
            }
            out.length32(end - next);
            for (int i = next; i < end; i++) {
                writePartition(reads.get(i), i);
            }
            out.noTags();
            next = end;
        }
    }

    private int countTopics() {
        int count = 0;
        for (int next = 0; next < reads.size(); next = topicEnd(next)) {
            count++;
        }
        return count;
    }

    private int topicEnd(int from) {
        int end = from + 1;
        while (end < reads.size()
                && reads.get(end).asked().sameTopic(reads.get(from).asked())) {
            end++;
        }
        return end;
    }

    private void writePartition(PartitionRead read, int at) {
        out.int32(read.partition()).int16(read.error().wireCode());
        out.int64(read.highWatermark()).int64(read.lastStableOffset());
        if (version >= FIRST_LOG_START_VERSION) {
            out.int64(read.logStartOffset());
        }
        out.length32(read.abortedTransactionCount());
        for (AbortedTransaction aborted : read.abortedTransactions()) {
            out.int64(aborted.producerId()).int64(aborted.firstOffset()).noTags();
        }
        if (version >= FIRST_PREFERRED_REPLICA_VERSION) {
            out.int32(-1);
        }
        out.length32(read.recordsSizeBytes());
        FileSlice records = read.takeRecords();
        if (records != null) {
            cut(records, at);
        }
        writePartitionTags(read);
    }

    /** Ends a run of bytes, lets the records follow it and begins the next run. */
    private void cut(FileSlice records, int at) {
        reply.add(run.flip()).add(records);
        run = buffers.apply(PARTITION_BOUND_BYTES + runBound(reads, at + 1, endpoints));
        out = new WireWriter(run, flexible);
    }

    private void writePartitionTags(PartitionRead read) {
        if (!flexible) {
            return;
        }
        boolean leaderKnown = version >= FIRST_ENDPOINTS_VERSION && read.leaderEpoch() >= 0;
        out.unsignedVarint((read.diverges() ? 1 : 0) + (leaderKnown ? 1 : 0));
        if (read.diverges()) {
            out.unsignedVarint(DIVERGING_EPOCH_TAG).unsignedVarint(DIVERGING_EPOCH_BYTES);
            out.int32(read.divergingEpoch()).int64(read.divergingEndOffset()).noTags();
        }
        if (leaderKnown) {
            out.unsignedVarint(CURRENT_LEADER_TAG).unsignedVarint(CURRENT_LEADER_BYTES);
            out.int32(read.leaderId()).int32(read.leaderEpoch()).noTags();
        }
    }

    private void writeEnd() {
        if (version >= FIRST_ENDPOINTS_VERSION) {
            NodeEndpoint.writeTag(out, endpoints);
        } else {
            out.noTags();
        }
        reply.add(run.flip());
    }

    /** Closes the records of reads that are not answered after all. */
    static void closeAll(@Nullable List<PartitionRead> reads) {
        if (reads != null) {
            reads.forEach(PartitionRead::clear);
        }
    }
}
