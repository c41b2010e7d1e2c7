package dev.ottla.record;

import dev.ottla.base.OttlaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the uncompressed records of a batch in place and views the one it stands on. Reused from batch to batch, it allocates
 * nothing unless asked for slices. Not safe for use by several threads. The rules are those of Apache Kafka's DefaultRecord: a
 * record that breaks them is refused with INVALID_RECORD.
 *
 * <pre>
 * record: length varint (of all after it) | attributes i8 | timestampDelta varlong | offsetDelta varint
 *         | keySize varint, -1 = null | key | valueSize varint, -1 = null | value | headerCount varint | headers
 * header: nameSize varint | name | valueSize varint, -1 = null | value
 * </pre>
 */
public final class RecordCursor {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer buffer = NOTHING;
    private int firstAt;
    private int at;
    private int end;
    private int recordEnd;
    private int count;
    private int index = -1;
    private long baseOffset;
    private long baseTimestampMs;
    private boolean decompressed;
    private boolean logAppendTime;
    private long logAppendTimeMs;

    private int recordAt;
    private long timestampDeltaMs;
    private int offsetDelta;
    private int bodyAt;
    private int keyAt;
    private int keySize = -1;
    private int valueAt;
    private int valueSize = -1;
    private int headersAt;
    private int headerCount;

    /** Stands before the first record of an uncompressed batch that lies whole in the buffer. */
    public void open(ByteBuffer batch, int batchAt) {
        int recordsAt = batchAt + BatchHeader.SIZE_BYTES;
        open(batch, batchAt, batch, recordsAt, batchAt + BatchHeader.sizeBytes(batch, batchAt));
        decompressed = false;
    }

    /**
     * Stands before the first record of a batch of any codec that lies whole in the buffer; compressed records are decompressed
     * into a new buffer, bounded by {@link RecordLimits#MAX_DECOMPRESSED_BYTES}.
     *
     * @throws OttlaException when they cannot be
     */
    public void open(ByteBuffer batch, int batchAt, Compression compression) {
        int codecId = BatchHeader.codecId(batch, batchAt);
        if (codecId == Codec.NONE.id()) {
            open(batch, batchAt);
            return;
        }
        Codec codec = Codec.byId(codecId);
        if (codec == null) {
            throw Refusals.undecodable("Codec " + codecId + " means nothing");
        }
        int recordsAt = batchAt + BatchHeader.SIZE_BYTES;
        int recordsSize = BatchHeader.sizeBytes(batch, batchAt) - BatchHeader.SIZE_BYTES;
        ByteBuffer records = compression.decompress(codec, batch.slice(recordsAt, recordsSize));
        openDecompressed(batch, batchAt, records);
    }

    /** Stands before the first of these records, which were decompressed from that batch. */
    void openDecompressed(ByteBuffer batch, int batchAt, ByteBuffer records) {
        open(batch, batchAt, records, records.position(), records.limit());
        decompressed = true;
    }

    private void open(ByteBuffer batch, int batchAt, ByteBuffer records, int from, int to) {
        buffer = records;
        firstAt = from;
        at = from;
        end = to;
        recordEnd = to;
        count = BatchHeader.count(batch, batchAt);
        index = -1;
        baseOffset = BatchHeader.baseOffset(batch, batchAt);
        baseTimestampMs = BatchHeader.baseTimestampMs(batch, batchAt);
        logAppendTime = BatchHeader.isLogAppendTime(batch, batchAt);
        logAppendTimeMs = BatchHeader.maxTimestampMs(batch, batchAt);
    }

    /** Stands before the first record again. */
    public void rewind() {
        at = firstAt;
        recordEnd = end;
        index = -1;
    }

    /** Forgets the buffer, so that it can be given back. */
    public void close() {
        buffer = NOTHING;
        count = 0;
        index = -1;
    }

    /**
     * Moves on to the next record; false after the last.
     *
     * @throws OttlaException INVALID_RECORD when it is malformed, or bytes are left after the last one
     */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        index++;
        at = recordEndOrStart();
        readRecord();
        if (index + 1 == count && recordEnd != end) {
            throw Refusals.invalid("Bytes are left after the declared number of records");
        }
        return true;
    }

    private int recordEndOrStart() {
        return index == 0 ? at : recordEnd;
    }

    private void readRecord() {
        recordAt = at;
        recordEnd = end;
        int size = readRecordSize();
        if (size < 0 || size > end - at) {
            throw Refusals.invalid(
                    "A record of " + size + " bytes does not fit the " + (end - at) + " left in its batch");
        }
        recordEnd = at + size;
        need(1);
        at++;
        timestampDeltaMs = readVarlong();
        offsetDelta = readVarint();
        bodyAt = at;
        keySize = Math.max(readVarint(), -1);
        keyAt = at;
        skip(keySize);
        valueSize = Math.max(readVarint(), -1);
        valueAt = at;
        skip(valueSize);
        headerCount = readVarint();
        if (headerCount < 0 || headerCount > recordEnd - at) {
            throw Refusals.invalid("A record cannot have " + headerCount + " headers");
        }
        headersAt = at;
        skipHeaders();
        if (at != recordEnd) {
            throw Refusals.invalid("A record of " + size + " bytes has fields of " + (at - recordEnd + size));
        }
    }

    /** Apache Kafka takes an overlong length of an uncompressed record for a fault of its own. */
    private int readRecordSize() {
        try {
            return readVarint();
        } catch (OttlaException e) {
            boolean overlong = at - recordAt >= Varints.MAX_INT_BYTES;
            throw overlong && !decompressed ? Refusals.undecodable("A record's length is not a number") : e;
        }
    }

    private void skipHeaders() {
        for (int i = 0; i < headerCount; i++) {
            int nameSize = readVarint();
            if (nameSize < 0) {
                throw Refusals.invalid("A record header's name cannot have " + nameSize + " bytes");
            }
            skip(nameSize);
            skip(readVarint());
        }
    }

    private void need(int bytes) {
        if (recordEnd - at < bytes) {
            throw Refusals.invalid("A record ends inside a field");
        }
    }

    private void skip(int bytes) {
        if (bytes > 0) {
            need(bytes);
            at += bytes;
        }
    }

    private int readVarint() {
        int raw = 0;
        for (int shift = 0; shift < 7 * Varints.MAX_INT_BYTES; shift += 7) {
            need(1);
            int b = buffer.get(at++);
            raw |= (b & 0x7F) << shift;
            if (b >= 0) {
                return Varints.unzigzag(raw);
            }
        }
        throw Refusals.invalid("A number takes more than " + Varints.MAX_INT_BYTES + " bytes");
    }

    private long readVarlong() {
        long raw = 0;
        for (int shift = 0; shift < 7 * Varints.MAX_LONG_BYTES; shift += 7) {
            need(1);
            long b = buffer.get(at++);
            raw |= (b & 0x7F) << shift;
            if (b >= 0) {
                return Varints.unzigzag(raw);
            }
        }
        throw Refusals.invalid("A number takes more than " + Varints.MAX_LONG_BYTES + " bytes");
    }

    /** The record's place in its batch, from 0. */
    public int index() {
        return index;
    }

    public int offsetDelta() {
        return offsetDelta;
    }

    public long offset() {
        return baseOffset + offsetDelta;
    }

    /** The record's time: the batch's append time where the batch says LogAppendTime. */
    public long timestampMs() {
        return logAppendTime ? logAppendTimeMs : baseTimestampMs + timestampDeltaMs;
    }

    /** -1 when the key is null. */
    public int keySize() {
        return keySize;
    }

    /** -1 when the value is null. */
    public int valueSize() {
        return valueSize;
    }

    public int headerCount() {
        return headerCount;
    }

    /** The whole record with its length field. */
    public int sizeBytes() {
        return recordEnd - recordAt;
    }

    /** What {@link #keyAt}, {@link #valueAt} and {@link #bodyAt} count in. */
    public ByteBuffer buffer() {
        return buffer;
    }

    public int keyAt() {
        return keyAt;
    }

    public int valueAt() {
        return valueAt;
    }

    /** Where the key's size field begins: all from here to {@link #bodyEnd} is independent of offset and time. */
    int bodyAt() {
        return bodyAt;
    }

    int bodyEnd() {
        return recordEnd;
    }

    /** A view of the key; null when it is. */
    public @Nullable ByteBuffer key() {
        return keySize < 0 ? null : buffer.slice(keyAt, keySize);
    }

    /** A view of the value; null when it is. */
    public @Nullable ByteBuffer value() {
        return valueSize < 0 ? null : buffer.slice(valueAt, valueSize);
    }

    /** The headers in order, each value a view. */
    public List<RecordHeader> headers() {
        List<RecordHeader> headers = new ArrayList<>(headerCount);
        int oldAt = at;
        at = headersAt;
        for (int i = 0; i < headerCount; i++) {
            int nameSize = readVarint();
            byte[] name = new byte[nameSize];
            buffer.get(at, name);
            at += nameSize;
            int size = readVarint();
            ByteBuffer value = size < 0 ? null : buffer.slice(at, size);
            skip(size);
            headers.add(new RecordHeader(new String(name, StandardCharsets.UTF_8), value));
        }
        at = oldAt;
        return headers;
    }
}
