package dev.ottla.coordinator.txn;

import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.EventFormat;
import dev.ottla.coordinator.runtime.StoredEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogKey;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactional ids in Kafka's own record formats: a 16-bit version before each key and value. Reads both versions of values. Writes as Kafka
 * does version 0 with transaction.version 0, else version 1, and there in a tagged field that Kafka passes over what it keeps in memory only: the epoch before.
 */
public final class TransactionEventFormat implements EventFormat<TransactionEvent> {
    static final int LAST_EPOCH_TAG = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(TransactionEventFormat.class);
    private static final short KEY = 0;
    private static final short OLD_VALUE = 0;
    private static final short VALUE = 1;

    private final Supplier<Short> level;

    /** @param level the finalized level of the feature transaction.version */
    public TransactionEventFormat(Supplier<Short> level) {
        this.level = level;
    }

    @Override
    public StoredEvent encode(TransactionEvent event) {
        return switch (event) {
            case TransactionStored stored ->
                new StoredEvent(
                        key(stored.transaction().transactionalId()),
                        encoded(stored.transaction(), level.get() == 0 ? OLD_VALUE : VALUE));
            case TransactionForgotten forgotten -> new StoredEvent(key(forgotten.transactionalId()), null);
        };
    }

    private static ByteBuffer encoded(Transaction transaction, short version) {
        TransactionLogValue value = value(transaction);
        // What the old version has no field for is known until the coordinator is replaced.
        if (version > OLD_VALUE) {
            value.setPreviousProducerId(transaction.previousProducerId())
                    .setNextProducerId(transaction.nextProducerId())
                    .setClientTransactionVersion(transaction.version());
            if (transaction.lastEpoch() != ProducerIdentity.NO_EPOCH) {
                byte[] lastEpoch = ByteBuffer.allocate(Short.BYTES)
                        .putShort(transaction.lastEpoch())
                        .array();
                value.unknownTaggedFields().add(new RawTaggedField(LAST_EPOCH_TAG, lastEpoch));
            }
        }
        return MessageUtil.toVersionPrefixedByteBuffer(version, value);
    }

    private static ByteBuffer key(String transactionalId) {
        ApiMessage key = new TransactionLogKey().setTransactionalId(transactionalId);
        return MessageUtil.toVersionPrefixedByteBuffer(KEY, key);
    }

    private static TransactionLogValue value(Transaction transaction) {
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        for (TransactionPartition partition : transaction.partitions()) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        TransactionLogValue value = new TransactionLogValue()
                .setProducerId(transaction.producerId())
                .setProducerEpoch(transaction.epoch())
                .setTransactionTimeoutMs(transaction.timeoutMs())
                .setTransactionStatus(transaction.status().id())
                .setTransactionLastUpdateTimestampMs(transaction.updateMs())
                .setTransactionStartTimestampMs(transaction.startMs());
        if (transaction.status() == TransactionStatus.EMPTY) {
            value.setTransactionPartitions(null);
        } else {
            List<TransactionLogValue.PartitionsSchema> partitions = new ArrayList<>();
            byTopic.forEach((topic, ids) -> partitions.add(
                    new TransactionLogValue.PartitionsSchema().setTopic(topic).setPartitionIds(ids)));
            value.setTransactionPartitions(partitions);
        }
        return value;
    }

    @Override
    public @Nullable TransactionEvent decode(BatchKind kind, ByteBuffer key, @Nullable ByteBuffer value) {
        short keyVersion = key.getShort();
        if (keyVersion != KEY) {
            LOG.warn("A record of type {} in __transaction_state is of no use here and was passed over", keyVersion);
            return null;
        }
        String transactionalId = new TransactionLogKey(new ByteBufferAccessor(key), KEY).transactionalId();
        return value == null ? new TransactionForgotten(transactionalId) : stored(transactionalId, value);
    }

    private static @Nullable TransactionEvent stored(String transactionalId, ByteBuffer bytes) {
        TransactionLogValue value = new TransactionLogValue(new ByteBufferAccessor(bytes), bytes.getShort());
        TransactionStatus status = TransactionStatus.ofId(value.transactionStatus());
        if (status == null) {
            LOG.warn(
                    "Transactional id {} is stored in state {}, which nothing stored can be in; it was passed over",
                    transactionalId,
                    value.transactionStatus());
            return null;
        }
        SortedSet<TransactionPartition> partitions = new TreeSet<>();
        if (value.transactionPartitions() != null) {
            value.transactionPartitions()
                    .forEach(topic -> topic.partitionIds()
                            .forEach(id -> partitions.add(new TransactionPartition(topic.topic(), id))));
        }
        return new TransactionStored(new Transaction(
                transactionalId,
                value.producerId(),
                value.previousProducerId(),
                value.nextProducerId(),
                value.producerEpoch(),
                lastEpoch(value),
                value.transactionTimeoutMs(),
                status,
                Collections.unmodifiableSortedSet(partitions),
                value.transactionStartTimestampMs(),
                value.transactionLastUpdateTimestampMs(),
                value.clientTransactionVersion()));
    }

    private static short lastEpoch(TransactionLogValue value) {
        for (RawTaggedField field : value.unknownTaggedFields()) {
            if (field.tag() == LAST_EPOCH_TAG && field.data().length == Short.BYTES) {
                return ByteBuffer.wrap(field.data()).getShort();
            }
        }
        return ProducerIdentity.NO_EPOCH;
    }
}
