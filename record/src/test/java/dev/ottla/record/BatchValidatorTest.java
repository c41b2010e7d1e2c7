package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BatchValidatorTest {
    private static final long NOW_MS = 1_000_000;

    @Test
    void findsTheTrueMaximumTimestampAndItsRecord() {
        // Given: a batch whose header lies about its largest timestamp
        ByteBuffer batch = batch(Codec.NONE, 5, 9, 9, 7);
        batch.putLong(BatchHeader.MAX_TIMESTAMP_AT, -1);
        batch.putInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(batch, 0, new java.util.zip.CRC32C()));

        // When
        ValidationOutcome.Accepted accepted = accept(batch, ValidationRules.defaults());

        // Then: it is found, and the header corrected under a new checksum
        assertThat(accepted.maxTimestampMs()).isEqualTo(9);
        assertThat(accepted.maxTimestampOffsetDelta()).isEqualTo(1);
        assertThat(BatchHeader.maxTimestampMs(accepted.batch(), 0)).isEqualTo(9);
        assertThat(BatchHeader.crc(accepted.batch(), 0))
                .isEqualTo(BatchHeader.computeCrc(accepted.batch(), 0, new java.util.zip.CRC32C()));
    }

    @Test
    void saysThatNoRecordHasATimestamp() {
        ValidationOutcome.Accepted accepted = accept(batch(Codec.NONE, -1, -1), ValidationRules.defaults());
        assertThat(accepted.maxTimestampMs()).isEqualTo(-1);
        assertThat(accepted.maxTimestampOffsetDelta()).isEqualTo(-1);
    }

    @Test
    void stampsTheAppendTime() {
        // Given
        ValidationRules rules = rules(null, TimestampType.LOG_APPEND_TIME);

        // When
        ValidationOutcome.Accepted accepted = accept(batch(Codec.LZ4, 5, 9), rules);

        // Then
        assertThat(accepted.maxTimestampMs()).isEqualTo(NOW_MS);
        assertThat(accepted.maxTimestampOffsetDelta()).isZero();
        assertThat(BatchHeader.isLogAppendTime(accepted.batch(), 0)).isTrue();
        assertThat(accepted.rebuilt()).isFalse();
    }

    @Test
    void rebuildsForAnotherCodecAndLeavesTheOriginalAlone() {
        // Given
        ByteBuffer batch = batch(Codec.GZIP, 5, 9, 7);
        ByteBuffer before =
                ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();

        // When
        ValidationOutcome.Accepted accepted = accept(batch, rules(Codec.ZSTD, TimestampType.CREATE_TIME));

        // Then
        assertThat(accepted.rebuilt()).isTrue();
        assertThat(BatchHeader.codecId(accepted.batch(), 0)).isEqualTo(Codec.ZSTD.id());
        assertThat(accepted.maxTimestampOffsetDelta()).isEqualTo(1);
        assertThat(batch).isEqualTo(before);
    }

    @Test
    void dropsACutOffPieceAfterTheBatch() {
        // Given
        ByteBuffer batch = batch(Codec.NONE, 5);
        ByteBuffer withTail = ByteBuffer.allocate(batch.remaining() + 5)
                .put(batch.duplicate())
                .rewind();

        // When
        ValidationOutcome.Accepted accepted = accept(withTail, ValidationRules.defaults());

        // Then
        assertThat(accepted.batch().remaining()).isEqualTo(batch.remaining());
    }

    @Test
    void worksOnAfterARefusal() {
        try (BatchValidator validator = new BatchValidator()) {
            // Given: a batch that fails in the middle of its compressed records
            ByteBuffer broken = batch(Codec.SNAPPY, 1, 2, 3);
            broken.putInt(BatchHeader.COUNT_AT, 9).putInt(BatchHeader.LAST_OFFSET_DELTA_AT, 8);
            broken.putInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(broken, 0, new java.util.zip.CRC32C()));
            ValidationOutcome first = validator.validate(broken, ValidationRules.defaults(), NOW_MS);
            assertThat(first)
                    .isInstanceOfSatisfying(
                            ValidationOutcome.Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_RECORD));

            // When, Then: the next is not touched by it
            assertThat(validator.validate(batch(Codec.SNAPPY, 1, 2), ValidationRules.defaults(), NOW_MS))
                    .isInstanceOf(ValidationOutcome.Accepted.class);
        }
    }

    @Test
    void knowsWhatIsHeavy() {
        ByteBuffer small = batch(Codec.ZSTD, 1);
        ByteBuffer large =
                ByteBuffer.allocate(RecordLimits.HEAVY_COMPRESSED_BYTES).put(0, small, 0, small.remaining());
        ByteBuffer plain = ByteBuffer.allocate(RecordLimits.HEAVY_COMPRESSED_BYTES);
        ValidationRules asSent = ValidationRules.defaults();

        assertThat(BatchValidator.isHeavy(small, asSent)).isFalse();
        assertThat(BatchValidator.isHeavy(large, asSent)).isTrue();
        assertThat(BatchValidator.isHeavy(plain, asSent)).isFalse();
        assertThat(BatchValidator.isHeavy(plain, rules(Codec.LZ4, TimestampType.CREATE_TIME)))
                .isTrue();
        assertThat(BatchValidator.isHeavy(ByteBuffer.allocate(3), asSent)).isFalse();
    }

    private static ValidationOutcome.Accepted accept(ByteBuffer batch, ValidationRules rules) {
        try (BatchValidator validator = new BatchValidator()) {
            ValidationOutcome outcome = validator.validate(batch, rules, NOW_MS);
            assertThat(outcome).isInstanceOf(ValidationOutcome.Accepted.class);
            return (ValidationOutcome.Accepted) outcome;
        }
    }

    private static ValidationRules rules(Codec target, TimestampType type) {
        int level = target == null ? 0 : Compression.defaultLevel(target);
        return new ValidationRules(target, level, type, Long.MAX_VALUE, Long.MAX_VALUE, 1 << 20, false);
    }

    private static ByteBuffer batch(Codec codec, long... timestampsMs) {
        BatchBuilder builder = new BatchBuilder().codec(codec);
        for (long timestampMs : timestampsMs) {
            builder.append(timestampMs, null, ByteBuffer.allocate(20));
        }
        return builder.build();
    }
}
