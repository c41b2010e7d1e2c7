package dev.ottla.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 61-byte header of a record batch v2, read and written in place (KIP-98). All methods take the buffer and the position of the
 * batch's first byte; none moves the buffer's own position or allocates.
 *
 * <pre>
 *  0 baseOffset i64 | 8 length i32 (of all after it) | 12 partitionLeaderEpoch i32 | 16 magic i8 = 2 | 17 crc u32 (CRC-32C from 21 on)
 * 21 attributes i16 | 23 lastOffsetDelta i32 | 27 baseTimestamp i64 | 35 maxTimestamp i64
 * 43 producerId i64 | 51 producerEpoch i16 | 53 baseSequence i32 | 57 count i32 | 61 records
 * </pre>
 */
public final class BatchHeader {
    public static final int SIZE_BYTES = 61;
    /** Bytes before what {@code length} counts. */
    public static final int LOG_OVERHEAD_BYTES = 12;

    public static final byte MAGIC_V2 = 2;
    public static final int BASE_OFFSET_AT = 0;
    public static final int LENGTH_AT = 8;
    public static final int LEADER_EPOCH_AT = 12;
    public static final int MAGIC_AT = 16;
    public static final int CRC_AT = 17;
    public static final int ATTRIBUTES_AT = 21;
    public static final int LAST_OFFSET_DELTA_AT = 23;
    public static final int BASE_TIMESTAMP_AT = 27;
    public static final int MAX_TIMESTAMP_AT = 35;
    public static final int PRODUCER_ID_AT = 43;
    public static final int PRODUCER_EPOCH_AT = 51;
    public static final int BASE_SEQUENCE_AT = 53;
    public static final int COUNT_AT = 57;

    private static final int CODEC_MASK = 0x07;
    private static final int TIMESTAMP_TYPE_MASK = 0x08;
    private static final int TRANSACTIONAL_MASK = 0x10;
    private static final int CONTROL_MASK = 0x20;
    private static final int DELETE_HORIZON_MASK = 0x40;
    private static final int KNOWN_MASK = 0x7F;

    private BatchHeader() {}

    public static long baseOffset(ByteBuffer buffer, int at) {
        return buffer.getLong(at + BASE_OFFSET_AT);
    }

    /** The whole batch's size in bytes, this header included, as its length field says. */
    public static int sizeBytes(ByteBuffer buffer, int at) {
        return LOG_OVERHEAD_BYTES + buffer.getInt(at + LENGTH_AT);
    }

    public static int leaderEpoch(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LEADER_EPOCH_AT);
    }

    public static byte magic(ByteBuffer buffer, int at) {
        return buffer.get(at + MAGIC_AT);
    }

    public static int crc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + CRC_AT);
    }

    public static short attributes(ByteBuffer buffer, int at) {
        return buffer.getShort(at + ATTRIBUTES_AT);
    }

    /** The codec's id, 0 to 7; 5 to 7 mean nothing. */
    public static int codecId(ByteBuffer buffer, int at) {
        return attributes(buffer, at) & CODEC_MASK;
    }

    public static boolean isLogAppendTime(ByteBuffer buffer, int at) {
        return (attributes(buffer, at) & TIMESTAMP_TYPE_MASK) != 0;
    }

    public static boolean isTransactional(ByteBuffer buffer, int at) {
        return (attributes(buffer, at) & TRANSACTIONAL_MASK) != 0;
    }

    public static boolean isControl(ByteBuffer buffer, int at) {
        return (attributes(buffer, at) & CONTROL_MASK) != 0;
    }

    public static boolean hasDeleteHorizon(ByteBuffer buffer, int at) {
        return (attributes(buffer, at) & DELETE_HORIZON_MASK) != 0;
    }

    public static int lastOffsetDelta(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LAST_OFFSET_DELTA_AT);
    }

    public static long lastOffset(ByteBuffer buffer, int at) {
        return baseOffset(buffer, at) + lastOffsetDelta(buffer, at);
    }

    public static long baseTimestampMs(ByteBuffer buffer, int at) {
        return buffer.getLong(at + BASE_TIMESTAMP_AT);
    }

    public static long maxTimestampMs(ByteBuffer buffer, int at) {
        return buffer.getLong(at + MAX_TIMESTAMP_AT);
    }

    /** -1 when the producer is not idempotent. */
    public static long producerId(ByteBuffer buffer, int at) {
        return buffer.getLong(at + PRODUCER_ID_AT);
    }

    public static short producerEpoch(ByteBuffer buffer, int at) {
        return buffer.getShort(at + PRODUCER_EPOCH_AT);
    }

    public static int baseSequence(ByteBuffer buffer, int at) {
        return buffer.getInt(at + BASE_SEQUENCE_AT);
    }

    public static int count(ByteBuffer buffer, int at) {
        return buffer.getInt(at + COUNT_AT);
    }

    /** CRC-32C of everything from the attributes to the batch's end; the caller has checked that the batch lies in the buffer. */
    public static int computeCrc(ByteBuffer buffer, int at, CRC32C crc) {
        crc.reset();
        int oldPosition = buffer.position();
        int oldLimit = buffer.limit();
        buffer.limit(at + sizeBytes(buffer, at)).position(at + ATTRIBUTES_AT);
        crc.update(buffer);
        buffer.limit(oldLimit).position(oldPosition);
        return (int) crc.getValue();
    }

    /** What a leader assigns; both fields lie outside the CRC. */
    public static void assign(ByteBuffer buffer, int at, long baseOffset, int leaderEpoch) {
        buffer.putLong(at + BASE_OFFSET_AT, baseOffset);
        buffer.putInt(at + LEADER_EPOCH_AT, leaderEpoch);
    }

    /**
     * A batch without records in place of one that compaction emptied: it keeps offsets, producer, sequence, epoch, largest timestamp and the
     * flags, so that the producer's state and the log's end stay known.
     */
    public static ByteBuffer emptied(ByteBuffer buffer, int at) {
        ByteBuffer empty = ByteBuffer.allocate(SIZE_BYTES);
        empty.put(0, buffer, at, SIZE_BYTES);
        int kept = attributes(buffer, at) & (TIMESTAMP_TYPE_MASK | TRANSACTIONAL_MASK | CONTROL_MASK);
        empty.putInt(LENGTH_AT, SIZE_BYTES - LOG_OVERHEAD_BYTES)
                .putShort(ATTRIBUTES_AT, (short) kept)
                .putLong(BASE_TIMESTAMP_AT, -1)
                .putInt(COUNT_AT, 0);
        return empty.putInt(CRC_AT, computeCrc(empty, 0, new CRC32C()));
    }

    /**
     * Says whose clock the timestamps are of and which is the largest, and renews the CRC; leaves a header that says so already as it
     * is. Attribute bits that mean nothing are cleared on the way, as by Apache Kafka.
     */
    public static void setMaxTimestamp(ByteBuffer buffer, int at, TimestampType type, long maxTimestampMs, CRC32C crc) {
        boolean logAppendTime = type == TimestampType.LOG_APPEND_TIME;
        if (isLogAppendTime(buffer, at) == logAppendTime && maxTimestampMs(buffer, at) == maxTimestampMs) {
            return;
        }
        int others = attributes(buffer, at) & KNOWN_MASK & ~TIMESTAMP_TYPE_MASK;
        buffer.putShort(at + ATTRIBUTES_AT, (short) (logAppendTime ? others | TIMESTAMP_TYPE_MASK : others));
        buffer.putLong(at + MAX_TIMESTAMP_AT, maxTimestampMs);
        buffer.putInt(at + CRC_AT, computeCrc(buffer, at, crc));
    }
}
