package dev.ottla.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * Fetch requests (version 11, no session) for one partition that holds nothing but copies of one batch, from its beginning on, with only the offset written anew:
 * how far an answer went follows from its size. One in flight at a time. Having come to the end, it begins again or waits for more.
 */
final class Fetches implements Source {
    private static final short VERSION = 11;
    private static final int MAX_WAIT_MS = 500;
    /** Behind the offset: log start offset, size limit, forgotten topics, rack. */
    private static final int OFFSET_FROM_END = 8 + 8 + 4 + 4 + 2;
    /** Response header, throttle time. */
    private static final int ERROR_AT = 4 + 4;
    /** Error, session, number of topics, length of the name. */
    private static final int NAME_AT = ERROR_AT + 2 + 4 + 4 + 2;

    private final ByteBuffer frame;
    private final Batch batch;
    private final Tally tally;
    private final boolean wraps;
    private final int partitionAt;
    private long offset;

    Fetches(String topic, int partition, int maxBytes, Batch batch, boolean wraps, Tally tally) {
        this.batch = batch;
        this.tally = tally;
        this.wraps = wraps;
        this.partitionAt = NAME_AT + topic.length() + 4;
        // Whole batches only.
        int limit = Math.max(1, maxBytes / batch.bytes()) * batch.bytes();
        FetchRequestData data = new FetchRequestData()
                .setMaxWaitMs(MAX_WAIT_MS)
                .setMinBytes(1)
                .setMaxBytes(limit)
                .setTopics(List.of(new FetchTopic()
                        .setTopic(topic)
                        .setPartitions(List.of(
                                new FetchPartition().setPartition(partition).setPartitionMaxBytes(limit)))));
        ByteBuffer request = new FetchRequest(data, VERSION)
                .serializeWithHeader(new RequestHeader(ApiKeys.FETCH, VERSION, "load", 1));
        frame = ByteBuffer.allocateDirect(Integer.BYTES + request.remaining());
        frame.putInt(request.remaining()).put(request).flip();
    }

    @Override
    public ByteBuffer next() {
        frame.putLong(frame.limit() - OFFSET_FROM_END, offset);
        return frame.duplicate();
    }

    @Override
    public void answered(ByteBuffer head, long tookNanos) throws IOException {
        check(head.getShort(ERROR_AT));
        int at = partitionAt + 4;
        check(head.getShort(at));
        long highWatermark = head.getLong(at + 2);
        // Behind it: last stable offset, log start offset; aborted transactions, of which there are none; preferred
        // replica.
        int bytes = head.getInt(at + 2 + 8 + 8 + 8 + 4 + 4);
        long batches = Math.max(0, bytes) / batch.bytes();
        offset += batches * batch.records();
        if (wraps && offset >= highWatermark) {
            offset = 0;
        }
        tally.add(tookNanos, batches * batch.records(), Math.max(0, bytes));
    }

    private static void check(short error) throws IOException {
        if (error != 0) {
            throw new IOException("The broker answered " + Errors.forCode(error));
        }
    }
}
