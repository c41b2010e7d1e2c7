package dev.ottla.conformance;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopicCollection;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Requests of transactional producers, and the steps that scenarios about them begin with. */
final class TransactionRequests {
    static final int TIMEOUT_MS = 60_000;
    private static final int INIT = 4;
    private static final int END_2 = 5;
    private static final int DESCRIBE = 0;

    private TransactionRequests() {}

    /** Who a producer is. */
    record Sender(String id, long producerId, short epoch) {
        Sender next() {
            return new Sender(id, producerId, (short) (epoch + 1));
        }

        Sender withEpoch(int other) {
            return new Sender(id, producerId, (short) other);
        }
    }

    static InitProducerIdRequestData init(String id) {
        return new InitProducerIdRequestData().setTransactionalId(id).setTransactionTimeoutMs(TIMEOUT_MS);
    }

    /** Begins, or begins anew, whatever is still being ended. */
    static Sender begin(Session s, String id) {
        return begin(s, id, TIMEOUT_MS);
    }

    static Sender begin(Session s, String id, int timeoutMs) {
        InitProducerIdResponseData begun = s.await(
                init(id).setTransactionTimeoutMs(timeoutMs),
                INIT,
                InitProducerIdResponseData.class,
                reply -> reply.errorCode() == 0);
        return new Sender(id, begun.producerId(), begun.producerEpoch());
    }

    static AddPartitionsToTxnTopicCollection topics(String topic, Integer... partitions) {
        AddPartitionsToTxnTopicCollection topics = new AddPartitionsToTxnTopicCollection();
        topics.add(new AddPartitionsToTxnTopic().setName(topic).setPartitions(Arrays.asList(partitions)));
        return topics;
    }

    static AddPartitionsToTxnRequestData add(Sender sender, String topic, Integer... partitions) {
        return new AddPartitionsToTxnRequestData()
                .setV3AndBelowTransactionalId(sender.id())
                .setV3AndBelowProducerId(sender.producerId())
                .setV3AndBelowProducerEpoch(sender.epoch())
                .setV3AndBelowTopics(topics(topic, partitions));
    }

    static AddPartitionsToTxnTransaction addOfBroker(
            Sender sender, boolean verifyOnly, String topic, Integer... partitions) {
        return new AddPartitionsToTxnTransaction()
                .setTransactionalId(sender.id())
                .setProducerId(sender.producerId())
                .setProducerEpoch(sender.epoch())
                .setVerifyOnly(verifyOnly)
                .setTopics(topics(topic, partitions));
    }

    static AddPartitionsToTxnRequestData addOfBroker(AddPartitionsToTxnTransaction... transactions) {
        AddPartitionsToTxnRequestData request = new AddPartitionsToTxnRequestData();
        for (AddPartitionsToTxnTransaction transaction : transactions) {
            request.transactions().add(transaction);
        }
        return request;
    }

    static AddOffsetsToTxnRequestData addOffsets(Sender sender, String group) {
        return new AddOffsetsToTxnRequestData()
                .setTransactionalId(sender.id())
                .setProducerId(sender.producerId())
                .setProducerEpoch(sender.epoch())
                .setGroupId(group);
    }

    static TxnOffsetCommitRequestData commitOffset(
            Sender sender, String group, String topic, int partition, long offset) {
        return new TxnOffsetCommitRequestData()
                .setTransactionalId(sender.id())
                .setProducerId(sender.producerId())
                .setProducerEpoch(sender.epoch())
                .setGroupId(group)
                .setTopics(List.of(new TxnOffsetCommitRequestTopic()
                        .setName(topic)
                        .setPartitions(List.of(new TxnOffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)
                                .setCommittedMetadata("m")))));
    }

    static EndTxnRequestData end(Sender sender, boolean commit) {
        return new EndTxnRequestData()
                .setTransactionalId(sender.id())
                .setProducerId(sender.producerId())
                .setProducerEpoch(sender.epoch())
                .setCommitted(commit);
    }

    static ProduceRequestData produce(Sender sender, String topic, int partition, int sequence, String... values) {
        SimpleRecord[] records = Arrays.stream(values)
                .map(value -> Batches.record(Batches.TIME_MS, null, value))
                .toArray(SimpleRecord[]::new);
        MemoryRecords batch = MemoryRecords.withTransactionalRecords(
                Compression.NONE, sender.producerId(), sender.epoch(), sequence, records);
        return Requests.produce(topic, partition, batch).setTransactionalId(sender.id());
    }

    static WriteTxnMarkersRequestData marker(
            Sender sender, boolean commit, int coordinatorEpoch, int transactionVersion, String topic, int partition) {
        return new WriteTxnMarkersRequestData()
                .setMarkers(List.of(new WritableTxnMarker()
                        .setProducerId(sender.producerId())
                        .setProducerEpoch(sender.epoch())
                        .setTransactionResult(commit)
                        .setCoordinatorEpoch(coordinatorEpoch)
                        .setTransactionVersion((byte) transactionVersion)
                        .setTopics(List.of(
                                new WritableTxnMarkerTopic().setName(topic).setPartitionIndexes(List.of(partition))))));
    }

    static DescribeTransactionsRequestData describe(String... ids) {
        return new DescribeTransactionsRequestData().setTransactionalIds(List.of(ids));
    }

    /** Waits until a transactional id is in a state; says how it stands then. */
    static void awaitState(Session s, Sender sender, String state) {
        s.await(
                describe(sender.id()),
                DESCRIBE,
                DescribeTransactionsResponseData.class,
                reply -> reply.transactionStates().getFirst().transactionState().equals(state));
    }

    /** A whole transaction of the second version, without a word; the producer as it is afterwards. */
    static Sender endQuietly(Session s, Sender sender, boolean commit) {
        EndTxnResponseData ended =
                s.await(end(sender, commit), END_2, EndTxnResponseData.class, reply -> reply.errorCode() == 0);
        awaitState(s, sender, commit ? "CompleteCommit" : "CompleteAbort");
        return new Sender(sender.id(), ended.producerId(), ended.producerEpoch());
    }
}
