package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchBuilderTest {
    @ParameterizedTest
    @EnumSource(Codec.class)
    void kafkaReadsWhatWasBuilt(Codec codec) {
        // Given: a batch with nulls, headers, a hole and a producer
        ByteBuffer batch = new BatchBuilder()
                .codec(codec)
                .baseOffset(1000)
                .leaderEpoch(7)
                .producer(55, (short) 3, 9)
                .transactional()
                .append(
                        1_000,
                        bytes("k"),
                        bytes("v"),
                        List.of(new RecordHeader("h", bytes("x")), new RecordHeader("", null)))
                .append(3_000, null, bytes(""))
                .appendAt(5, 2_000, bytes("k5"), null, List.of())
                .build();

        // When: Kafka's own classes read it
        MutableRecordBatch read =
                MemoryRecords.readableRecords(batch).batches().iterator().next();

        // Then: every field is there
        read.ensureValid();
        assertThat(read.baseOffset()).isEqualTo(1000);
        assertThat(read.lastOffset()).isEqualTo(1005);
        assertThat(read.partitionLeaderEpoch()).isEqualTo(7);
        assertThat(read.producerId()).isEqualTo(55);
        assertThat(read.producerEpoch()).isEqualTo((short) 3);
        assertThat(read.baseSequence()).isEqualTo(9);
        assertThat(read.isTransactional()).isTrue();
        assertThat(read.maxTimestamp()).isEqualTo(3_000);
        assertThat(read.compressionType().name).isEqualTo(codec.configName());
        List<Record> records = new ArrayList<>();
        read.forEach(records::add);
        assertThat(records).extracting(Record::offset).containsExactly(1000L, 1001L, 1005L);
        assertThat(records).extracting(Record::timestamp).containsExactly(1_000L, 3_000L, 2_000L);
        assertThat(records).extracting(Record::keySize).containsExactly(1, -1, 2);
        assertThat(records).extracting(Record::valueSize).containsExactly(1, 0, -1);
        assertThat(records.getFirst().headers()).hasSize(2);
        assertThat(records.getFirst().headers()[0].value()).isEqualTo(new byte[] {'x'});
        assertThat(records.getFirst().headers()[1].value()).isNull();
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void cursorReadsWhatWasBuilt(Codec codec) {
        // Given
        ByteBuffer batch = new BatchBuilder()
                .codec(codec)
                .baseOffset(40)
                .append(10, bytes("key"), bytes("value"), List.of(new RecordHeader("name", bytes("x"))))
                .append(-1, null, null)
                .build();
        RecordCursor cursor = new RecordCursor();

        // When
        try (Compression compression = new Compression()) {
            cursor.open(batch, 0, compression);
        }

        // Then
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.offset()).isEqualTo(40);
        assertThat(cursor.timestampMs()).isEqualTo(10);
        assertThat(cursor.key()).isEqualTo(bytes("key"));
        assertThat(cursor.value()).isEqualTo(bytes("value"));
        assertThat(cursor.headers()).containsExactly(new RecordHeader("name", bytes("x")));
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.timestampMs()).isEqualTo(-1);
        assertThat(cursor.key()).isNull();
        assertThat(cursor.value()).isNull();
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void refusesMoreThanItsLimit() {
        // Given
        BatchBuilder builder = new BatchBuilder();
        ByteBuffer large = ByteBuffer.allocate(30 << 20);
        builder.append(0, null, large).append(0, null, large);

        // When, Then
        assertThatThrownBy(() -> builder.append(0, null, large))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
