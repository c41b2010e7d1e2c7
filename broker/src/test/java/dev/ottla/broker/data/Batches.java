package dev.ottla.broker.data;

import dev.ottla.record.BatchBuilder;
import dev.ottla.record.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Batches and the requests that carry them. */
final class Batches {
    static final long TIME_MS = 1_750_000_000_000L;

    private Batches() {}

    static ByteBuffer of(String... values) {
        return of(Codec.NONE, values);
    }

    static ByteBuffer of(Codec codec, String... values) {
        BatchBuilder builder = new BatchBuilder().codec(codec);
        for (int i = 0; i < values.length; i++) {
            builder.append(TIME_MS + i, null, ByteBuffer.wrap(values[i].getBytes(StandardCharsets.UTF_8)));
        }
        return builder.build();
    }

    /** A compressed batch that no loop validates itself. */
    static ByteBuffer heavy() {
        byte[] noise = new byte[1 << 19];
        new Random(Wire.SEED).nextBytes(noise);
        return new BatchBuilder()
                .codec(Codec.GZIP)
                .append(TIME_MS, null, ByteBuffer.wrap(noise))
                .build();
    }

    static ProduceRequestData produce(int acks, String topic, Uuid id, int partition, ByteBuffer batch) {
        ProduceRequestData request =
                new ProduceRequestData().setAcks((short) acks).setTimeoutMs(1000);
        TopicProduceData data = new TopicProduceData().setName(topic).setTopicId(id);
        data.partitionData()
                .add(new PartitionProduceData().setIndex(partition).setRecords(MemoryRecords.readableRecords(batch)));
        request.topicData().add(data);
        return request;
    }

    static FetchRequestData fetch(FetchTopic... topics) {
        FetchRequestData request = new FetchRequestData()
                .setMaxWaitMs(0)
                .setMinBytes(1)
                .setMaxBytes(1 << 20)
                .setIsolationLevel((byte) 0);
        for (FetchTopic topic : topics) {
            request.topics().add(topic);
        }
        return request;
    }

    /** Asks for partitions of a topic, each from its offset on. */
    static FetchTopic topic(String name, Uuid id, long... offsets) {
        FetchTopic topic = new FetchTopic().setTopic(name).setTopicId(id);
        for (int i = 0; i < offsets.length; i++) {
            topic.partitions()
                    .add(new FetchRequestData.FetchPartition()
                            .setPartition(i)
                            .setFetchOffset(offsets[i])
                            .setPartitionMaxBytes(1 << 20));
        }
        return topic;
    }

    static FetchResponseData.PartitionData only(FetchResponseData response) {
        return response.responses().getFirst().partitions().getFirst();
    }

    static int sizeOf(FetchResponseData.PartitionData partition) {
        return ((MemoryRecords) partition.records()).sizeInBytes();
    }
}
