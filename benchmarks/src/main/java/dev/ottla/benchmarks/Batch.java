package dev.ottla.benchmarks;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** A record batch of random values without keys, uncompressed and without a producer id, so that it can be sent again and again. */
record Batch(MemoryRecords content, int records) {
    static Batch of(int records, int valueBytes) {
        SplittableRandom random = new SplittableRandom(42);
        SimpleRecord[] all = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            byte[] value = new byte[valueBytes];
            random.nextBytes(value);
            all[i] = new SimpleRecord(System.currentTimeMillis(), null, value);
        }
        return new Batch(MemoryRecords.withRecords(Compression.NONE, all), records);
    }

    int bytes() {
        ByteBuffer buffer = content.buffer();
        return buffer.remaining();
    }
}
