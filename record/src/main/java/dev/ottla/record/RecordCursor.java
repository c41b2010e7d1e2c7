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

    private final UsualRecords usual = new UsualRecords();
    private final RecordFields record = new RecordFields();
    private ByteBuffer buffer = NOTHING;
    private int firstAt;
    private int at;
    private int end;
    private int count;
    private int index = -1;
    private long baseOffset;
    private long baseTimestampMs;
    private boolean decompressed;
    private boolean logAppendTime;
    private long logAppendTimeMs;

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
        usual.open(records, to);
        firstAt = from;
        at = from;
        end = to;
        record.endAt = to;
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
        record.endAt = end;
        index = -1;
    }

    /** Forgets the buffer, so that it can be given back. */
    public void close() {
        buffer = NOTHING;
        usual.close();
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
        if (usual.read(at, record)) {
            at = record.endAt;
        } else {
            readRecord();
        }
        if (index + 1 == count && record.endAt != end) {
            throw Refusals.invalid("Bytes are left after the declared number of records");
        }
        return true;
    }

    private int recordEndOrStart() {
        return index == 0 ? at : record.endAt;
    }

    private void readRecord() {
        record.startAt = at;
        record.endAt = end;
        int size = readRecordSize();
        if (size < 0 || size > end - at) {
            throw Refusals.invalid(
                    "A record of " + size + " bytes does not fit the " + (end - at) + " left in its batch");
        }
        record.endAt = at + size;
        need(1);
        at++;
        record.timestampDeltaMs = readVarlong();
        record.offsetDelta = readVarint();
        record.bodyAt = at;
        record.keySize = Math.max(readVarint(), -1);
        record.keyAt = at;
        skip(record.keySize);
        record.valueSize = Math.max(readVarint(), -1);
        record.valueAt = at;
        skip(record.valueSize);
        record.headerCount = readVarint();
        if (record.headerCount < 0 || record.headerCount > record.endAt - at) {
            throw Refusals.invalid("A record cannot have " + record.headerCount + " headers");
        }
        record.headersAt = at;
        skipHeaders();
        if (at != record.endAt) {
            throw Refusals.invalid("A record of " + size + " bytes has fields of " + (at - record.endAt + size));
        }
    }

    /** Apache Kafka takes an overlong length of an uncompressed record for a fault of its own. */
    private int readRecordSize() {
        try {
            return readVarint();
        } catch (OttlaException e) {
            boolean overlong = at - record.startAt >= Varints.MAX_INT_BYTES;
            throw overlong && !decompressed ? Refusals.undecodable("A record's length is not a number") : e;
        }
    }

    private void skipHeaders() {
        for (int i = 0; i < record.headerCount; i++) {
            int nameSize = readVarint();
            if (nameSize < 0) {
                throw Refusals.invalid("A record header's name cannot have " + nameSize + " bytes");
            }
            skip(nameSize);
            skip(readVarint());
        }
    }

    private void need(int bytes) {
        if (record.endAt - at < bytes) {
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
        return record.offsetDelta;
    }

    public long offset() {
        return baseOffset + record.offsetDelta;
    }

    /** The record's time: the batch's append time where the batch says LogAppendTime. */
    public long timestampMs() {
        return logAppendTime ? logAppendTimeMs : baseTimestampMs + record.timestampDeltaMs;
    }

    /** -1 when the key is null. */
    public int keySize() {
        return record.keySize;
    }

    /** -1 when the value is null. */
    public int valueSize() {
        return record.valueSize;
    }

    public int headerCount() {
        return record.headerCount;
    }

    /** The whole record with its length field. */
    public int sizeBytes() {
        return record.endAt - record.startAt;
    }

    /** What {@link #keyAt}, {@link #valueAt} and {@link #bodyAt} count in. */
    public ByteBuffer buffer() {
        return buffer;
    }

    public int keyAt() {
        return record.keyAt;
    }

    public int valueAt() {
        return record.valueAt;
    }

    /** Where the key's size field begins: all from here to {@link #bodyEnd} is independent of offset and time. */
    int bodyAt() {
        return record.bodyAt;
    }

    int bodyEnd() {
        return record.endAt;
    }

    /** A view of the key; null when it is. */
    public @Nullable ByteBuffer key() {
        return record.keySize < 0 ? null : buffer.slice(record.keyAt, record.keySize);
    }

    /** A view of the value; null when it is. */
    public @Nullable ByteBuffer value() {
        return record.valueSize < 0 ? null : buffer.slice(record.valueAt, record.valueSize);
    }

    /** The headers in order, each value a view. */
    public List<RecordHeader> headers() {
        List<RecordHeader> headers = new ArrayList<>(record.headerCount);
        int oldAt = at;
        at = record.headersAt;
        for (int i = 0; i < record.headerCount; i++) {
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
