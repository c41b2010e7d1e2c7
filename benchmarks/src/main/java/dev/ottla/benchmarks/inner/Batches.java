package dev.ottla.benchmarks.inner;

import dev.ottla.record.BatchBuilder;
import dev.ottla.record.Codec;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Batches as the broker finds them in a frame. */
final class Batches {
    static final long TIME_MS = 1_750_000_000_000L;

    private Batches() {}

    /** A direct buffer with one batch. */
    static ByteBuffer direct(Codec codec, int records, int valueBytes) {
        BatchBuilder builder = new BatchBuilder().codec(codec);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < records; i++) {
            byte[] value = new byte[valueBytes];
            random.nextBytes(value);
            builder.append(TIME_MS + i, null, ByteBuffer.wrap(value));
        }
        ByteBuffer built = builder.build();
        return ByteBuffer.allocateDirect(built.remaining()).put(built).flip();
    }
}
