package dev.ottla.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Builds one record batch v2: for tools, tests, control batches and re-compression. Set the header's fields, append records, build.
 * Timestamps are milliseconds, -1 for none; the first record's is the batch's base.
 */
public final class BatchBuilder {
    private static final int MAX_RECORD_OVERHEAD_BYTES = 21;
    private static final int MAX_BATCH_BYTES = RecordLimits.MAX_DECOMPRESSED_BYTES + BatchHeader.SIZE_BYTES;
    private static final int MAX_COMPRESSED_BATCH_BYTES = MAX_BATCH_BYTES + RecordLimits.MAX_DECOMPRESSED_BYTES / 4;

    private static final int TIMESTAMP_TYPE_BIT = 0x08;
    private static final int TRANSACTIONAL_BIT = 0x10;
    private static final int CONTROL_BIT = 0x20;
    private static final int DELETE_HORIZON_BIT = 0x40;

    private final GrowableBytes records;
    private Codec codec = Codec.NONE;
    private int level;
    private int flags;
    private long baseOffset;
    private int leaderEpoch = -1;
    private long producerId = -1;
    private short producerEpoch = -1;
    private int baseSequence = -1;
    private long appendTimeMs = -1;

    private int count;
    private int nextOffsetDelta;
    private int lastOffsetDelta = -1;
    private int leastLastOffsetDelta = -1;
    private long baseTimestampMs = -1;
    private long maxTimestampMs = -1;
    private int maxTimestampIndex = -1;

    public BatchBuilder() {
        this(0);
    }

    /** @param expectedBytes how large the records will about be, uncompressed */
    public BatchBuilder(int expectedBytes) {
        records = new GrowableBytes(expectedBytes, RecordLimits.MAX_DECOMPRESSED_BYTES);
    }

    public BatchBuilder codec(Codec newCodec) {
        return codec(newCodec, Compression.defaultLevel(newCodec));
    }

    public BatchBuilder codec(Codec newCodec, int newLevel) {
        codec = newCodec;
        level = newLevel;
        return this;
    }

    public BatchBuilder baseOffset(long offset) {
        baseOffset = offset;
        return this;
    }

    public BatchBuilder leaderEpoch(int epoch) {
        leaderEpoch = epoch;
        return this;
    }

    /** An idempotent producer's state (KIP-98); all -1 unless set. */
    public BatchBuilder producer(long id, short epoch, int firstSequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = firstSequence;
        return this;
    }

    public BatchBuilder transactional() {
        flags |= TRANSACTIONAL_BIT;
        return this;
    }

    /** Marks a batch of control records: keys are version i16 and type i16. */
    public BatchBuilder control() {
        flags |= CONTROL_BIT;
        return this;
    }

    /** LogAppendTime: readers see this time for every record. */
    public BatchBuilder logAppendTime(long timeMs) {
        flags |= TIMESTAMP_TYPE_BIT;
        appendTimeMs = timeMs;
        return this;
    }

    /**
     * What compaction keeps of a batch whatever becomes of its records: codec, base and last offset, leader epoch, producer, flags, append time
     * and delete horizon.
     */
    public BatchBuilder like(ByteBuffer batch, int at) {
        Codec sameCodec = Codec.byId(BatchHeader.codecId(batch, at));
        if (sameCodec == null) {
            throw Refusals.undecodable("Codec " + BatchHeader.codecId(batch, at) + " means nothing");
        }
        codec(sameCodec);
        baseOffset(BatchHeader.baseOffset(batch, at));
        leastLastOffsetDelta = BatchHeader.lastOffsetDelta(batch, at);
        leaderEpoch(BatchHeader.leaderEpoch(batch, at));
        producer(
                BatchHeader.producerId(batch, at),
                BatchHeader.producerEpoch(batch, at),
                BatchHeader.baseSequence(batch, at));
        flags = BatchHeader.attributes(batch, at) & (TRANSACTIONAL_BIT | CONTROL_BIT);
        if (BatchHeader.isLogAppendTime(batch, at)) {
            logAppendTime(BatchHeader.maxTimestampMs(batch, at));
        }
        if (BatchHeader.hasDeleteHorizon(batch, at)) {
            deleteHorizon(BatchHeader.baseTimestampMs(batch, at));
        }
        return this;
    }

    /** When the tombstones or the marker in the batch may go (KIP-534); set before the first record, whose time is counted from it. */
    public BatchBuilder deleteHorizon(long horizonMs) {
        flags |= DELETE_HORIZON_BIT;
        baseTimestampMs = horizonMs;
        return this;
    }

    public BatchBuilder append(long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        return append(timestampMs, key, value, List.of());
    }

    /** Appends at the next offset. The buffers' bytes between position and limit are copied; null is not empty. */
    public BatchBuilder append(
            long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {
        return appendAt(nextOffsetDelta, timestampMs, key, value, headers);
    }

    /** Appends with that distance from the base offset, which may leave a hole before it (compaction). */
    public BatchBuilder appendAt(
            int offsetDelta,
            long timestampMs,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        int bodySize = sizeOf(key) + sizeOf(value) + Varints.sizeOf(headers.size());
        for (RecordHeader header : headers) {
            int nameSize = header.name().getBytes(StandardCharsets.UTF_8).length;
            bodySize += Varints.sizeOf(nameSize) + nameSize + sizeOf(header.value());
        }
        ByteBuffer target = startRecord(offsetDelta, timestampMs, bodySize);
        put(target, key);
        put(target, value);
        Varints.put(target, headers.size());
        for (RecordHeader header : headers) {
            put(target, ByteBuffer.wrap(header.name().getBytes(StandardCharsets.UTF_8)));
            put(target, header.value());
        }
        return this;
    }

    /** Appends the record the cursor stands on at the next offset, its key, value and headers as they are. */
    BatchBuilder append(RecordCursor record) {
        return append(record, nextOffsetDelta);
    }

    /** Appends the record the cursor stands on with the distance from the base offset that it has; it may leave a hole before it. */
    public BatchBuilder appendInPlace(RecordCursor record) {
        return append(record, record.offsetDelta());
    }

    private BatchBuilder append(RecordCursor record, int offsetDelta) {
        int bodySize = record.bodyEnd() - record.bodyAt();
        ByteBuffer target = startRecord(offsetDelta, record.timestampMs(), bodySize);
        target.put(target.position(), record.buffer(), record.bodyAt(), bodySize);
        target.position(target.position() + bodySize);
        return this;
    }

    /** Writes all that comes before a record's key size, and answers a buffer with room for the rest. */
    private ByteBuffer startRecord(int offsetDelta, long timestampMs, int bodySize) {
        if (count > 0 && offsetDelta <= lastOffsetDelta) {
            throw new IllegalArgumentException("Offset delta " + offsetDelta + " after " + lastOffsetDelta);
        }
        if (count == 0 && (flags & DELETE_HORIZON_BIT) == 0) {
            baseTimestampMs = timestampMs;
        }
        if (timestampMs > maxTimestampMs) {
            maxTimestampMs = timestampMs;
            maxTimestampIndex = count;
        }
        long timestampDeltaMs = timestampMs - baseTimestampMs;
        int size = 1 + Varints.sizeOf(timestampDeltaMs) + Varints.sizeOf(offsetDelta) + bodySize;
        ByteBuffer target = records.withRoomFor(MAX_RECORD_OVERHEAD_BYTES + bodySize);
        Varints.put(target, size);
        target.put((byte) 0);
        Varints.put(target, timestampDeltaMs);
        Varints.put(target, offsetDelta);
        count++;
        lastOffsetDelta = offsetDelta;
        nextOffsetDelta = offsetDelta + 1;
        return target;
    }

    private static int sizeOf(@Nullable ByteBuffer bytes) {
        int size = bytes == null ? -1 : bytes.remaining();
        return Varints.sizeOf(size) + Math.max(size, 0);
    }

    private static void put(ByteBuffer target, @Nullable ByteBuffer bytes) {
        if (bytes == null) {
            Varints.put(target, -1);
        } else {
            Varints.put(target, bytes.remaining());
            target.put(bytes.duplicate());
        }
    }

    public int count() {
        return count;
    }

    /** Size of the records so far, uncompressed and without the batch's header. */
    public int recordsSizeBytes() {
        return records.size();
    }

    /** Largest timestamp of a record; -1 when none has one. */
    public long maxTimestampMs() {
        return maxTimestampMs;
    }

    /** Place of the first record with the largest timestamp, from 0; -1 when none has one. */
    int maxTimestampIndex() {
        return maxTimestampIndex;
    }

    /**
     * The batch in a new heap buffer.
     *
     * @throws dev.ottla.base.OttlaException MESSAGE_TOO_LARGE when the records take more than 64 MiB
     */
    public ByteBuffer build() {
        int expected = BatchHeader.SIZE_BYTES + (codec == Codec.NONE ? records.size() : records.size() / 2);
        GrowableBytes target = new GrowableBytes(expected, MAX_COMPRESSED_BATCH_BYTES);
        ByteBuffer header = target.withRoomFor(BatchHeader.SIZE_BYTES);
        header.position(BatchHeader.SIZE_BYTES);
        Compression.compress(codec, level, records.array(), records.size(), target);
        ByteBuffer batch = target.written();
        batch.putLong(BatchHeader.BASE_OFFSET_AT, baseOffset)
                .putInt(BatchHeader.LENGTH_AT, batch.limit() - BatchHeader.LOG_OVERHEAD_BYTES)
                .putInt(BatchHeader.LEADER_EPOCH_AT, leaderEpoch)
                .put(BatchHeader.MAGIC_AT, BatchHeader.MAGIC_V2)
                .putShort(BatchHeader.ATTRIBUTES_AT, (short) (codec.id() | flags))
                .putInt(BatchHeader.LAST_OFFSET_DELTA_AT, Math.max(lastOffsetDelta, leastLastOffsetDelta))
                .putLong(BatchHeader.BASE_TIMESTAMP_AT, baseTimestampMs)
                .putLong(
                        BatchHeader.MAX_TIMESTAMP_AT, (flags & TIMESTAMP_TYPE_BIT) != 0 ? appendTimeMs : maxTimestampMs)
                .putLong(BatchHeader.PRODUCER_ID_AT, producerId)
                .putShort(BatchHeader.PRODUCER_EPOCH_AT, producerEpoch)
                .putInt(BatchHeader.BASE_SEQUENCE_AT, baseSequence)
                .putInt(BatchHeader.COUNT_AT, count);
        batch.putInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(batch, 0, new CRC32C()));
        return batch;
    }
}
