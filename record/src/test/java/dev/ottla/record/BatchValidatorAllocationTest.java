package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchValidatorAllocationTest {
    private static final int WARM_UP_ROUNDS = 2_000;
    private static final int ROUNDS = 300;
    private static final int MEASUREMENTS = 8;
    /** The outcome object, nothing else. */
    private static final long OUTCOME_BYTES = 48;
    /** The native library's lock takes so much for each piece of at most 16 KiB that it decompresses. */
    private static final long ZSTD_BYTES = 2_048;

    private static final ValidationRules RULES = ValidationRules.defaults();

    @Test
    void walkingUncompressedRecordsAllocatesNothing() {
        // Given
        ByteBuffer batch = batch(Codec.NONE, 500);
        RecordCursor cursor = new RecordCursor();

        // When
        long allocated = bytesOfOneWhenWarm(() -> walk(cursor, batch));

        // Then
        assertThat(allocated).isZero();
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void validatingAllocatesTheOutcomeOnlyHoweverManyRecords(Codec codec) {
        try (BatchValidator validator = new BatchValidator()) {
            for (int count : new int[] {1, 500}) {
                // Given
                ByteBuffer batch = batch(codec, count);

                // When
                long allocated = bytesOfOneWhenWarm(() -> validate(validator, batch));

                // Then
                assertThat(allocated)
                        .as("%s, %d records", codec, count)
                        .isLessThanOrEqualTo(OUTCOME_BYTES + (codec == Codec.ZSTD ? ZSTD_BYTES : 0));
            }
        }
    }

    private static void walk(RecordCursor cursor, ByteBuffer batch) {
        cursor.open(batch, batch.position());
        long seen = 0;
        while (cursor.next()) {
            seen += cursor.keySize() + cursor.offset() + cursor.timestampMs();
        }
        if (seen == 0) {
            throw new AssertionError("nothing walked");
        }
    }

    private static void validate(BatchValidator validator, ByteBuffer batch) {
        if (!(validator.validate(batch, RULES, 1_000) instanceof ValidationOutcome.Accepted)) {
            throw new AssertionError("refused");
        }
    }

    /** The least of several measurements: the compiler and class loading allocate at times of their own. */
    private static long bytesOfOneWhenWarm(Runnable work) {
        repeat(WARM_UP_ROUNDS, work);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < MEASUREMENTS; i++) {
            least = Math.min(least, HeapUse.bytesOf(() -> repeat(ROUNDS, work)));
        }
        return least / ROUNDS;
    }

    private static void repeat(int rounds, Runnable work) {
        for (int i = 0; i < rounds; i++) {
            work.run();
        }
    }

    private static ByteBuffer batch(Codec codec, int count) {
        BatchBuilder builder = new BatchBuilder().codec(codec);
        for (int i = 0; i < count; i++) {
            ByteBuffer value = ByteBuffer.allocate(100).putInt(0, i * 7919);
            List<RecordHeader> headers = List.of(new RecordHeader("trace", ByteBuffer.allocate(8)));
            builder.append(1_000 + i % 7, ByteBuffer.allocate(8).putInt(0, i), value, headers);
        }
        ByteBuffer built = builder.build();
        return ByteBuffer.allocateDirect(built.remaining()).put(built).flip();
    }
}
