package dev.ottla.log.compact;

import static java.util.Objects.requireNonNull;

import dev.ottla.base.RandomSource;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches as clients and a transaction coordinator send them: few keys, tombstones, every codec, idempotent and transactional producers. */
public final class RandomTraffic {
    private static final int PLAIN = 2;
    private static final int PRODUCERS = 6;

    private final RandomSource random;
    private final int keys;
    private final Producer[] producers = new Producer[PRODUCERS];
    private int count;

    private static final class Producer {
        short epoch;
        int sequence;
        boolean open;
    }

    public RandomTraffic(RandomSource random, int keys) {
        this.random = random;
        this.keys = keys;
        for (int i = 0; i < PRODUCERS; i++) {
            producers[i] = new Producer();
        }
    }

    public int below(int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }

    /** The next batch, its offset not assigned. */
    public ByteBuffer next(long nowMs) {
        int id = below(PRODUCERS + 2);
        if (id >= PRODUCERS) {
            return records(new BatchBuilder(), nowMs).build();
        }
        Producer producer = producers[id];
        if (id >= PLAIN && producer.open && below(3) == 0) {
            return endTransaction(id, producer, nowMs);
        }
        BatchBuilder builder = new BatchBuilder().producer(id, producer.epoch, producer.sequence);
        if (id >= PLAIN) {
            builder.transactional();
            producer.open = true;
        }
        records(builder, nowMs);
        producer.sequence += builder.count();
        return builder.build();
    }

    private ByteBuffer endTransaction(int id, Producer producer, long nowMs) {
        producer.open = false;
        if (below(4) == 0) {
            producer.epoch++;
            producer.sequence = 0;
        }
        return marker(id, producer.epoch, below(2) == 0, nowMs);
    }

    /** The end of every transaction that is open. */
    public @Nullable ByteBuffer endOne(long nowMs) {
        for (int id = PLAIN; id < PRODUCERS; id++) {
            if (producers[id].open) {
                return endTransaction(id, producers[id], nowMs);
            }
        }
        return null;
    }

    public static ByteBuffer marker(long producerId, short epoch, boolean commit, long timestampMs) {
        ByteBuffer key = ByteBuffer.allocate(4)
                .putShort((short) 0)
                .putShort((short) (commit ? 1 : 0))
                .flip();
        ByteBuffer value = ByteBuffer.allocate(6).putShort((short) 0).putInt(3).flip();
        return new BatchBuilder()
                .producer(producerId, epoch, -1)
                .transactional()
                .control()
                .append(timestampMs, key, value)
                .build();
    }

    private BatchBuilder records(BatchBuilder builder, long nowMs) {
        builder.codec(requireNonNull(Codec.byId(below(3) == 0 ? below(5) : 0)));
        if (below(10) == 0) {
            builder.logAppendTime(nowMs);
        }
        int records = 1 + below(4);
        for (int i = 0; i < records; i++) {
            ByteBuffer key = below(40) == 0 ? null : bytes("key-" + below(keys));
            ByteBuffer value = below(4) == 0 ? null : bytes("value-" + count++ + "x".repeat(below(60)));
            builder.append(nowMs - below(2000), key, value, List.of());
        }
        return builder;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
