package dev.ottla.conformance;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.RequestHeader;

/** Produce v0 to v2, which kafka-clients can no longer write: acks, timeout, then topics, partitions and records. */
final class OldProduce {
    private OldProduce() {}

    static ByteBuffer frame(RequestHeader header, ProduceRequestData request) {
        ByteBuffer out = ByteBuffer.allocate(1024);
        var cache = new ObjectSerializationCache();
        header.data().size(cache, (short) 1);
        header.data().write(new ByteBufferAccessor(out), cache, (short) 1);
        out.putShort(request.acks())
                .putInt(request.timeoutMs())
                .putInt(request.topicData().size());
        for (var topic : request.topicData()) {
            byte[] name = Batches.utf8(topic.name());
            out.putShort((short) name.length)
                    .put(name)
                    .putInt(topic.partitionData().size());
            for (var partition : topic.partitionData()) {
                MemoryRecords records = (MemoryRecords) partition.records();
                out.putInt(partition.index())
                        .putInt(records.sizeInBytes())
                        .put(records.buffer().duplicate());
            }
        }
        return out.flip();
    }
}
