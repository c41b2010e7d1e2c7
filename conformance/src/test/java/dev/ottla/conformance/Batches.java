package dev.ottla.conformance;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/** Record batches as clients build them, and broken ones. */
final class Batches {
    /** A fixed time, so that both brokers get the same bytes. */
    static final long TIME_MS = 1_750_000_000_000L;

    // Where the fields of a batch's header are (record batch v2).
    static final int LENGTH_AT = 8;
    static final int MAGIC_AT = 16;
    static final int CRC_AT = 17;
    static final int ATTRIBUTES_AT = 21;
    static final int LAST_OFFSET_DELTA_AT = 23;
    static final int MAX_TIMESTAMP_AT = 35;
    static final int PRODUCER_ID_AT = 43;
    static final int PRODUCER_EPOCH_AT = 51;
    static final int SEQUENCE_AT = 53;
    static final int COUNT_AT = 57;

    private Batches() {}

    static SimpleRecord record(long timestampMs, String key, String value, Header... headers) {
        return new SimpleRecord(timestampMs, key == null ? null : utf8(key), utf8(value), headers);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Uncompressed records without keys, one millisecond apart from {@link #TIME_MS}. */
    static MemoryRecords of(String... values) {
        return compressed("none", values);
    }

    static MemoryRecords compressed(String codec, String... values) {
        return MemoryRecords.withRecords(Compression.of(codec).build(), records(values));
    }

    /** As {@link #of}, from an idempotent producer. */
    static MemoryRecords idempotent(long producerId, int epoch, int sequence, String... values) {
        return MemoryRecords.withIdempotentRecords(
                Compression.NONE, producerId, (short) epoch, sequence, records(values));
    }

    static MemoryRecords of(SimpleRecord... records) {
        return MemoryRecords.withRecords(Compression.NONE, records);
    }

    /** A batch that claims to be stamped by a broker. */
    static MemoryRecords stamped(String... values) {
        return mended(of(values), b -> b.putShort(ATTRIBUTES_AT, (short) 0x08));
    }

    static MemoryRecords old(int magic, String... values) {
        return MemoryRecords.withRecords((byte) magic, Compression.NONE, records(values));
    }

    static MemoryRecords join(MemoryRecords... batches) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(batches).mapToInt(MemoryRecords::sizeInBytes).sum());
        Arrays.stream(batches).forEach(b -> all.put(b.buffer().duplicate()));
        return MemoryRecords.readableRecords(all.flip());
    }

    /** A copy with bytes changed and the checksum right again. */
    static MemoryRecords mended(MemoryRecords batch, Consumer<ByteBuffer> change) {
        byte[] bytes = bytes(batch);
        ByteBuffer copy = ByteBuffer.wrap(bytes);
        change.accept(copy);
        CRC32C crc = new CRC32C();
        crc.update(bytes, ATTRIBUTES_AT, bytes.length - ATTRIBUTES_AT);
        copy.putInt(CRC_AT, (int) crc.getValue());
        return MemoryRecords.readableRecords(copy);
    }

    /** A copy with bytes changed and the checksum as it was. */
    static MemoryRecords broken(MemoryRecords batch, Consumer<ByteBuffer> change) {
        ByteBuffer copy = ByteBuffer.wrap(bytes(batch));
        change.accept(copy);
        return MemoryRecords.readableRecords(copy);
    }

    /** An uncompressed batch's records, whatever they hold, compressed. */
    static MemoryRecords recompressed(String codec, MemoryRecords plain) {
        CompressionType type = CompressionType.forName(codec);
        ByteBufferOutputStream out = new ByteBufferOutputStream(plain.sizeInBytes() + 256);
        byte[] bytes = bytes(plain);
        out.write(bytes, 0, headerBytes());
        try (OutputStream body = Compression.of(type).build().wrapForOutput(out, RecordBatch.MAGIC_VALUE_V2)) {
            body.write(bytes, headerBytes(), bytes.length - headerBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        MemoryRecords batch = MemoryRecords.readableRecords(out.buffer().flip());
        return mended(
                batch, b -> b.putInt(LENGTH_AT, b.limit() - LENGTH_AT - 4).putShort(ATTRIBUTES_AT, (short) type.id));
    }

    /** The first bytes only. */
    static MemoryRecords cut(MemoryRecords batch, int sizeBytes) {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(Arrays.copyOf(bytes(batch), sizeBytes)));
    }

    /** How many bytes one batch of {@link #of} takes. */
    static int sizeBytes(String... values) {
        return of(values).sizeInBytes();
    }

    static int headerBytes() {
        return DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
    }

    private static byte[] bytes(MemoryRecords batch) {
        byte[] bytes = new byte[batch.sizeInBytes()];
        batch.buffer().duplicate().get(bytes);
        return bytes;
    }

    private static SimpleRecord[] records(String... values) {
        SimpleRecord[] records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] = record(TIME_MS + i, null, values[i]);
        }
        return records;
    }
}
