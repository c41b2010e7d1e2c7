package dev.ottla.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.StoredEvent;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogKey;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionEventFormatTest {
    private static final Transaction OPEN = new Transaction(
            "id",
            5,
            4,
            -1,
            (short) 3,
            (short) 2,
            60_000,
            TransactionStatus.ONGOING,
            Collections.unmodifiableSortedSet(
                    new TreeSet<>(Set.of(new TransactionPartition("t", 0), new TransactionPartition("t", 2)))),
            1_000,
            2_000,
            Transaction.VERSION_2);

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "2, 1"})
    void valuesHaveTheVersionOfTheLevel(short level, short version) {
        // When
        StoredEvent stored = new TransactionEventFormat(() -> level).encode(new TransactionStored(OPEN));
        // Then
        ByteBuffer bytes = stored.value();
        assertThat(bytes).isNotNull();
        assertThat(bytes.getShort(bytes.position())).isEqualTo(version);
        TransactionLogValue value = new TransactionLogValue(new ByteBufferAccessor(bytes), bytes.getShort());
        assertThat(bytes.hasRemaining()).isFalse();
        assertThat(value.producerId()).isEqualTo(5);
        assertThat(value.producerEpoch()).isEqualTo((short) 3);
        assertThat(value.transactionPartitions())
                .singleElement()
                .satisfies(topic -> assertThat(topic.partitionIds()).containsExactly(0, 2));
        // And what the old version has no field for is not in it
        assertThat(value.clientTransactionVersion()).isEqualTo((short) (version == 0 ? 0 : 2));
        assertThat(value.unknownTaggedFields()).hasSize(version == 0 ? 0 : 1);
    }

    @Test
    void whatApacheKafkaWroteWithTheOldVersionIsRead() {
        // Given a value as it was before transaction.version 1
        TransactionLogValue value = new TransactionLogValue()
                .setProducerId(5)
                .setProducerEpoch((short) 3)
                .setTransactionTimeoutMs(60_000)
                .setTransactionStatus(TransactionStatus.PREPARE_COMMIT.id())
                .setTransactionLastUpdateTimestampMs(2_000)
                .setTransactionStartTimestampMs(1_000)
                .setTransactionPartitions(List.of(
                        new TransactionLogValue.PartitionsSchema().setTopic("t").setPartitionIds(List.of(2, 0))));
        // When it is read
        TransactionEvent read = new TransactionEventFormat(() -> Transaction.VERSION_2)
                .decode(
                        BatchKind.PLAIN,
                        MessageUtil.toVersionPrefixedByteBuffer(
                                (short) 0, new TransactionLogKey().setTransactionalId("id")),
                        MessageUtil.toVersionPrefixedByteBuffer((short) 0, value));
        // Then it is a transaction of the first version, and a coordinator goes on with it
        assertThat(read)
                .isEqualTo(new TransactionStored(new Transaction(
                        "id",
                        5,
                        ProducerIdentity.NO_ID,
                        ProducerIdentity.NO_ID,
                        (short) 3,
                        ProducerIdentity.NO_EPOCH,
                        60_000,
                        TransactionStatus.PREPARE_COMMIT,
                        OPEN.partitions(),
                        1_000,
                        2_000,
                        Transaction.VERSION_0)));
    }
}
