package dev.ottla.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;

/** Produce requests (version 11, acks=all, one batch each), size included, as they go over the wire. */
final class ProduceFrames {
    private static final short VERSION = 11;
    private static final int TIMEOUT_MS = 30_000;

    private ProduceFrames() {}

    /** One for each partition of the topic. */
    static ByteBuffer[] each(String topic, int partitions, Batch batch) {
        ByteBuffer[] frames = new ByteBuffer[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            frames[partition] = frame(topic, partition, batch);
        }
        return frames;
    }

    private static ByteBuffer frame(String topic, int partition, Batch batch) {
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData()
                .setName(topic)
                .setPartitionData(
                        List.of(new PartitionProduceData().setIndex(partition).setRecords(batch.content()))));
        ProduceRequestData data = new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(TIMEOUT_MS)
                .setTopicData(topics);
        ByteBuffer request = new ProduceRequest(data, VERSION)
                .serializeWithHeader(new RequestHeader(ApiKeys.PRODUCE, VERSION, "load", 1));
        ByteBuffer frame = ByteBuffer.allocateDirect(Integer.BYTES + request.remaining());
        return frame.putInt(request.remaining()).put(request).flip();
    }

    /** Where a response frame, without its size, has the one partition's error code: behind correlation id, tags, counts, name and index. */
    static int errorAt(String topic) {
        return Integer.BYTES + 1 + 1 + 1 + topic.length() + 1 + Integer.BYTES;
    }
}
