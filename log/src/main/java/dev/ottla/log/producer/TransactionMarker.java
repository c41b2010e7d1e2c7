package dev.ottla.log.producer;

import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The end of a transaction, as a control batch holds it: one record whose key is version and type (0 abort, 1 commit), and whose value is
 * version and coordinator epoch.
 */
public record TransactionMarker(boolean commit, int coordinatorEpoch) {
    private static final short VERSION = 0;
    private static final short ABORT = 0;
    private static final short COMMIT = 1;

    /** The control batch of one record, as Kafka writes it; timestamps in milliseconds. */
    public ByteBuffer batch(long producerId, short producerEpoch, long timestampMs) {
        ByteBuffer key = ByteBuffer.allocate(4)
                .putShort(VERSION)
                .putShort(commit ? COMMIT : ABORT)
                .flip();
        ByteBuffer value = ByteBuffer.allocate(6)
                .putShort(VERSION)
                .putInt(coordinatorEpoch)
                .flip();
        return new BatchBuilder()
                .producer(producerId, producerEpoch, -1)
                .transactional()
                .control()
                .append(timestampMs, key, value)
                .build();
    }

    /** Null when the batch at {@code at} is another kind of control batch, or not understood. */
    public static @Nullable TransactionMarker parse(ByteBuffer buffer, int at) {
        if (BatchHeader.count(buffer, at) < 1 || BatchHeader.codecId(buffer, at) != 0) {
            return null;
        }
        ByteBuffer record = buffer.duplicate();
        record.limit(at + BatchHeader.sizeBytes(buffer, at)).position(at + BatchHeader.SIZE_BYTES);
        varint(record);
        if (!record.hasRemaining()) {
            return null;
        }
        record.get();
        varint(record);
        varint(record);
        int keyBytes = varint(record);
        if (keyBytes < 4 || record.remaining() < keyBytes) {
            return null;
        }
        int type = record.getShort(record.position() + 2);
        record.position(record.position() + keyBytes);
        int valueBytes = varint(record);
        if ((type != ABORT && type != COMMIT) || valueBytes < 6 || record.remaining() < valueBytes) {
            return null;
        }
        return new TransactionMarker(type == COMMIT, record.getInt(record.position() + 2));
    }

    /** A zigzag varint, its upper bits lost beyond 32; enough to skip a varlong. -1 at the buffer's end. */
    private static int varint(ByteBuffer buffer) {
        int value = 0;
        for (int shift = 0; buffer.hasRemaining() && shift < 70; shift += 7) {
            byte next = buffer.get();
            if (shift < 32) {
                value |= (next & 0x7F) << shift;
            }
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        return -1;
    }
}
