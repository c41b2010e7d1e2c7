package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.ottla.base.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that would cost much more than they weigh. */
class BatchValidatorHostileTest {
    private static final ValidationRules LARGE =
            new ValidationRules(null, 0, TimestampType.CREATE_TIME, Long.MAX_VALUE, Long.MAX_VALUE, 64 << 20, false);
    private static final int BOMB_MIB = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SMALL_HEAP_BYTES = 256 << 10;

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void stopsABombAtTheLimit(Codec codec) throws IOException {
        // Given: one record whose value is 100 MiB of zeros
        RawBatch batch = batch(codec, 1, bomb(codec));

        // When, Then: it is refused with little memory, and with the error that makes a producer split its batch
        long codecGarbageBytes = RecordLimits.MAX_DECOMPRESSED_BYTES / 16;
        assertThat(refuse(batch, LARGE, codecGarbageBytes)).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        long boundedBytes = 4L * RecordLimits.MAX_DECOMPRESSED_BYTES;
        assertThat(refuse(batch, rebuilt(codec), boundedBytes)).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void takesABatchJustBelowTheLimit() throws IOException {
        int valueSize = RecordLimits.MAX_DECOMPRESSED_BYTES - 100;
        RawBatch batch = batch(Codec.ZSTD, 1, zeros(Codec.ZSTD, valueSize));
        assertThat(validate(batch, LARGE)).isInstanceOf(ValidationOutcome.Accepted.class);
    }

    @Test
    void refusesASnappyBlockThatAnnouncesTwoGibibytes() {
        // Given: raw and framed blocks with a huge size in front
        byte[] huge = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        ByteBuffer framed = ByteBuffer.allocate(20 + huge.length);
        framed.putLong(SnappyDecoder.FRAME_MAGIC)
                .putInt(1)
                .putInt(1)
                .putInt(huge.length)
                .put(huge);

        // When, Then
        assertThat(refuse(batch(Codec.SNAPPY, 1, huge), LARGE, SMALL_HEAP_BYTES))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(refuse(batch(Codec.SNAPPY, 1, framed.array()), LARGE, SMALL_HEAP_BYTES))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void refusesZstdFramesThatAnnounceMoreThanKafkaReads() {
        // Given: a window of 2 GiB; one segment of 2^60 bytes
        byte[] window = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x00, (byte) 0xA8, 0x01, 0x00, 0x00, 0, 0, 0, 0, 0};
        byte[] segment = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, (byte) 0xE0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0};

        // When, Then
        assertThat(refuse(batch(Codec.ZSTD, 1, window), LARGE, SMALL_HEAP_BYTES))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(refuse(batch(Codec.ZSTD, 1, segment), LARGE, SMALL_HEAP_BYTES))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void takesALargeZstdWindowAroundFewBytes() throws IOException {
        // Given: what a producer with compression.zstd.level=22 sends
        byte[] record = record(100);
        ByteBuffer target = ByteBuffer.allocateDirect(10_000);
        try (ZstdCompressCtx context = new ZstdCompressCtx().setLevel(22)) {
            ByteBuffer source =
                    ByteBuffer.allocateDirect(record.length).put(record).flip();
            context.setContentSize(false);
            context.compressDirectByteBufferStream(target, source, com.github.luben.zstd.EndDirective.CONTINUE);
            context.compressDirectByteBufferStream(target, source, com.github.luben.zstd.EndDirective.END);
        }
        byte[] compressed = new byte[target.flip().remaining()];
        target.get(compressed);

        // When, Then
        assertThat(validate(batch(Codec.ZSTD, 1, compressed), LARGE)).isInstanceOf(ValidationOutcome.Accepted.class);
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void refusesCountsThatTheBytesCannotHold(Codec codec) throws IOException {
        // Given: two thousand million records in one; as many headers
        RawBatch many = batch(codec, Integer.MAX_VALUE, zeros(codec, 10));
        RawBatch.RawRecord record = new RawBatch.RawRecord();
        record.headerCount = Integer.MAX_VALUE;
        RawBatch headers = batch(codec, 1, compress(codec, bytesOf(record)));

        // When, Then
        for (ValidationRules rules : new ValidationRules[] {LARGE, rebuilt(codec)}) {
            assertThat(refuse(many, rules, SMALL_HEAP_BYTES)).isEqualTo(ErrorCode.INVALID_RECORD);
            assertThat(refuse(headers, rules, SMALL_HEAP_BYTES)).isEqualTo(ErrorCode.INVALID_RECORD);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void refusesSizesThatTheBytesCannotHold(Codec codec) throws IOException {
        // Given: a length, a key and a value of 2 GiB
        RawBatch.RawRecord length = new RawBatch.RawRecord();
        length.lengthChange = Integer.MAX_VALUE - 100;
        RawBatch.RawRecord key = new RawBatch.RawRecord();
        key.keySize = Integer.MAX_VALUE;
        RawBatch.RawRecord value = new RawBatch.RawRecord();
        value.valueSize = Integer.MAX_VALUE;

        // When, Then
        for (RawBatch.RawRecord record : new RawBatch.RawRecord[] {length, key, value}) {
            RawBatch batch = batch(codec, 1, compress(codec, bytesOf(record)));
            assertThat(refuse(batch, rebuilt(codec), SMALL_HEAP_BYTES)).isEqualTo(ErrorCode.INVALID_RECORD);
        }
    }

    @Test
    void namesOnlySoManyRecordsAtFault() throws IOException {
        // Given: a million records that are too old, in a few kilobytes
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = 1_000_000;
        for (int i = 0; i < count; i++) {
            RawBatch.RawRecord record = new RawBatch.RawRecord();
            record.offsetDelta = i;
            record.writeTo(out);
        }
        RawBatch batch = batch(Codec.ZSTD, count, compress(Codec.ZSTD, out.toByteArray()));
        ValidationRules rules =
                new ValidationRules(null, 0, TimestampType.CREATE_TIME, 1_000, Long.MAX_VALUE, 64 << 20, false);

        // When
        ValidationOutcome outcome = validate(batch, rules);

        // Then
        assertThat(outcome).isInstanceOfSatisfying(ValidationOutcome.Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
            assertThat(refused.recordErrors()).hasSize(RecordLimits.MAX_RECORD_ERRORS);
        });
    }

    /** Rules that make batches of this codec be compressed anew. */
    private static ValidationRules rebuilt(Codec codec) {
        Codec target = codec == Codec.LZ4 ? Codec.GZIP : Codec.LZ4;
        int level = Compression.defaultLevel(target);
        return new ValidationRules(
                target, level, TimestampType.CREATE_TIME, Long.MAX_VALUE, Long.MAX_VALUE, 64 << 20, false);
    }

    private static ErrorCode refuse(RawBatch batch, ValidationRules rules, long maxHeapBytes) {
        ByteBuffer records = Differential.directCopy(batch.toBytes());
        try (BatchValidator validator = new BatchValidator()) {
            // Once before, so that classes and codecs are loaded
            validator.validate(records, rules, BatchMutator.NOW_MS);
            ValidationOutcome[] outcome = new ValidationOutcome[1];
            long[] allocated = new long[1];
            assertTimeoutPreemptively(
                    PATIENCE,
                    () -> allocated[0] = HeapUse.bytesOf(
                            () -> outcome[0] = validator.validate(records, rules, BatchMutator.NOW_MS)));
            assertThat(allocated[0]).as("heap bytes").isLessThanOrEqualTo(maxHeapBytes);
            assertThat(outcome[0]).isInstanceOf(ValidationOutcome.Refused.class);
            return ((ValidationOutcome.Refused) outcome[0]).code();
        }
    }

    private static ValidationOutcome validate(RawBatch batch, ValidationRules rules) {
        try (BatchValidator validator = new BatchValidator()) {
            return validator.validate(Differential.directCopy(batch.toBytes()), rules, BatchMutator.NOW_MS);
        }
    }

    private static RawBatch batch(Codec codec, int count, byte[] payload) {
        RawBatch batch = new RawBatch();
        batch.attributes = (short) codec.id();
        batch.count = count;
        batch.lastOffsetDelta = count - 1;
        batch.baseTimestampMs = 1;
        batch.payload = payload;
        return batch;
    }

    private static byte[] bomb(Codec codec) throws IOException {
        return zeros(codec, BOMB_MIB << 20);
    }

    /** A whole record with a value of that many zeros, compressed as a stream. */
    private static byte[] zeros(Codec codec, int valueSize) throws IOException {
        byte[] head = Arrays.copyOf(record(valueSize), record(valueSize).length - valueSize - 1);
        ByteBufferOutputStream target = new ByteBufferOutputStream(1024);
        var kafka = org.apache.kafka.common.compress.Compression.of(CompressionType.forId(codec.id()))
                .build();
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = kafka.wrapForOutput(target, (byte) 2)) {
            out.write(head);
            for (int left = valueSize + 1; left > 0; left -= zeros.length) {
                out.write(zeros, 0, Math.min(left, zeros.length));
            }
        }
        return Arrays.copyOf(target.buffer().array(), target.buffer().position());
    }

    /** A record with no key, zeros for value and no headers. */
    private static byte[] record(int valueSize) {
        int body = 1 + 1 + 1 + 1 + Varints.sizeOf(valueSize) + valueSize + 1;
        ByteBuffer record = ByteBuffer.allocate(body + Varints.sizeOf(body));
        Varints.put(record, body);
        record.put((byte) 0);
        Varints.put(record, 0L);
        Varints.put(record, 0);
        Varints.put(record, -1);
        Varints.put(record, valueSize);
        return record.array();
    }

    private static byte[] bytesOf(RawBatch.RawRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        record.writeTo(out);
        return out.toByteArray();
    }

    private static byte[] compress(Codec codec, byte[] content) {
        try (Compression compression = new Compression()) {
            ByteBuffer compressed =
                    compression.compress(codec, Compression.defaultLevel(codec), ByteBuffer.wrap(content));
            byte[] bytes = new byte[compressed.remaining()];
            compressed.get(bytes);
            return bytes;
        }
    }
}
