package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsualRecordsTest {
    private static final int[] SIZES = {0, 1, 40, 63, 64, 100, 1_000, 8_100, 8_185, 8_192, 20_000};
    private static final int RECORDS = 400;

    private final UsualRecords usual = new UsualRecords();
    private final RecordFields fields = new RecordFields();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void usualAndUnusualRecordsInTurnAreReadAsKafkaReadsThem(long seed) {
        // Given: sizes around the window's and around two bytes of varint, with and without headers, times far apart
        ByteBuffer batch = mixed(seed);
        List<Record> theirs = new ArrayList<>();
        MemoryRecords.readableRecords(batch).records().forEach(theirs::add);

        // When
        RecordCursor cursor = new RecordCursor();
        cursor.open(batch, 0);

        // Then
        for (Record record : theirs) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.offset()).isEqualTo(record.offset());
            assertThat(cursor.timestampMs()).isEqualTo(record.timestamp());
            assertThat(cursor.sizeBytes()).isEqualTo(record.sizeInBytes());
            assertThat(cursor.key()).isEqualTo(record.key());
            assertThat(cursor.value()).isEqualTo(record.value());
            assertThat(cursor.headers()).hasSameSizeAs(record.headers());
        }
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void aRecordIsReadOnlyWhereItIsWhole() {
        // Given
        ByteBuffer batch = new BatchBuilder()
                .append(0, bytes(3), bytes(100))
                .append(1, null, bytes(50))
                .append(2, bytes(0), null)
                .build();
        usual.open(batch, batch.limit());
        assertThat(usual.read(BatchHeader.SIZE_BYTES, fields)).isTrue();
        int second = fields.endAt;
        assertThat(usual.read(second, fields)).isTrue();
        int secondEnd = fields.endAt;

        for (int end = second; end < secondEnd; end++) {
            // Given: it was read whole from there before
            usual.open(batch, batch.limit());
            assertThat(usual.read(second, fields)).isTrue();

            // When: its last bytes are no longer there
            usual.open(batch, end);

            // Then
            assertThat(usual.read(second, fields)).as("up to %d", end).isFalse();
        }
    }

    @Test
    void whatIsNotUsualIsLeft() {
        // Given
        ByteBuffer large = new BatchBuilder().append(0, null, bytes(8_192)).build();
        ByteBuffer withHeader = new BatchBuilder()
                .append(0, null, bytes(100), List.of(new RecordHeader("h", null)))
                .build();
        ByteBuffer lateTime = new BatchBuilder()
                .append(0, null, bytes(100))
                .append(1_000_000, null, bytes(100))
                .build();

        // When, Then
        assertThat(isUsual(large, 0)).isFalse();
        assertThat(isUsual(withHeader, 0)).isFalse();
        assertThat(isUsual(lateTime, 0)).isTrue();
        assertThat(isUsual(lateTime, 1)).isFalse();
    }

    @Test
    void aRecordIsNotCopiedForItselfBecauseItIsSaidToBeLong() {
        // Given a window at a short record, behind which one begins that would end beyond it
        ByteBuffer batch = new BatchBuilder()
                .append(0, null, bytes(100))
                .append(1, null, bytes(8_150))
                .append(2, null, bytes(100))
                .build();
        usual.open(batch, batch.limit());
        assertThat(usual.read(BatchHeader.SIZE_BYTES, fields)).isTrue();
        int longOne = fields.endAt;

        // When, Then it is left, though it would fit a window of its own
        assertThat(usual.read(longOne, fields)).isFalse();
        usual.open(batch, batch.limit());
        assertThat(usual.read(longOne, fields)).isTrue();
    }

    @Test
    void aRecordWithAByteThatContradictsAnotherIsLeft() {
        // Given
        ByteBuffer good = new BatchBuilder().append(0, bytes(5), bytes(70)).build();
        int at = BatchHeader.SIZE_BYTES;
        int keySizeAt = at + 5;
        assertThat(good.get(keySizeAt)).isEqualTo((byte) 10);
        assertThat(isUsual(good, 0)).isTrue();

        // When, Then: a size, the key's size, the value's size, the number of headers
        for (int changed : new int[] {at, keySizeAt, keySizeAt + 6, good.limit() - 1}) {
            ByteBuffer bad = copy(good).put(changed, (byte) (good.get(changed) + 2));
            assertThat(isUsual(bad, 0)).as("byte %d", changed).isFalse();
        }
    }

    private boolean isUsual(ByteBuffer batch, int index) {
        usual.open(batch, batch.limit());
        fields.endAt = BatchHeader.SIZE_BYTES;
        boolean read = false;
        for (int i = 0; i <= index; i++) {
            read = usual.read(fields.endAt, fields);
        }
        return read;
    }

    private static ByteBuffer mixed(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BatchBuilder builder = new BatchBuilder().baseOffset(7);
        for (int i = 0; i < RECORDS; i++) {
            List<RecordHeader> headers =
                    random.nextInt(8) == 0 ? List.of(new RecordHeader("name", bytes(random.nextInt(300)))) : List.of();
            long timestampMs = 1_000_000_000L + random.nextInt(random.nextBoolean() ? 60 : 20_000_000);
            builder.append(timestampMs, random(random), random(random), headers);
        }
        ByteBuffer built = builder.build();
        return ByteBuffer.allocateDirect(built.remaining()).put(built).flip();
    }

    private static @Nullable ByteBuffer random(SplittableRandom random) {
        int at = random.nextInt(-1, SIZES.length);
        return at < 0 ? null : bytes(SIZES[at] + random.nextInt(3));
    }

    private static ByteBuffer bytes(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(size).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer copy(ByteBuffer of) {
        return ByteBuffer.allocate(of.remaining()).put(of.duplicate()).flip();
    }
}
