package dev.ottla.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** A record batch of random values without keys, without a producer id, so that it can be sent again and again. */
public record Batch(MemoryRecords content, int records) {
    private static final int HEADER_BYTES = 61;
    /** At most, for values below 2 MiB: lengths, deltas, attributes. */
    private static final int RECORD_OVERHEAD_BYTES = 14;

    public static Batch of(int records, int valueBytes) {
        return of(records, valueBytes, "none");
    }

    /** Compressed ones have values of which half is zero. */
    public static Batch of(int records, int valueBytes, String codec) {
        SplittableRandom random = new SplittableRandom(42);
        boolean isCompressed = !codec.equals("none");
        SimpleRecord[] all = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            byte[] value = new byte[valueBytes];
            random.nextBytes(value);
            if (isCompressed) {
                Arrays.fill(value, valueBytes / 2, valueBytes, (byte) 0);
            }
            all[i] = new SimpleRecord(System.currentTimeMillis(), null, value);
        }
        return new Batch(MemoryRecords.withRecords(compression(codec), all), records);
    }

    private static Compression compression(String codec) {
        return switch (codec) {
            case "none" -> Compression.NONE;
            case "lz4" -> Compression.lz4().build();
            case "zstd" -> Compression.zstd().build();
            default -> throw new IllegalArgumentException("No codec " + codec);
        };
    }

    /** As many records of one size as fit, at least one. */
    public static Batch filling(int batchBytes, int valueBytes) {
        return of(Math.max(1, (batchBytes - HEADER_BYTES) / (valueBytes + RECORD_OVERHEAD_BYTES)), valueBytes);
    }

    public int bytes() {
        ByteBuffer buffer = content.buffer();
        return buffer.remaining();
    }
}
