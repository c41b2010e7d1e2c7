package dev.ottla.coordinator.txn;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TopicData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.jspecify.annotations.Nullable;

/** Transactional ids as Kafka's tools see them: DescribeTransactions and ListTransactions (KIP-664, KIP-994, KIP-1152). */
final class DescribeTransactions {
    private DescribeTransactions() {}

    static DescribeTransactionsResponseData.TransactionState describe(Transaction transaction) {
        Map<String, TopicData> topics = new HashMap<>();
        DescribeTransactionsResponseData.TransactionState described =
                new DescribeTransactionsResponseData.TransactionState()
                        .setTransactionalId(transaction.transactionalId())
                        .setTransactionState(transaction.status().shown())
                        .setTransactionTimeoutMs(transaction.timeoutMs())
                        .setTransactionStartTimeMs(transaction.startMs())
                        .setProducerId(transaction.producerId())
                        .setProducerEpoch(transaction.epoch());
        for (TransactionPartition partition : transaction.partitions()) {
            TopicData topic = topics.get(partition.topic());
            if (topic == null) {
                topic = new TopicData().setTopic(partition.topic());
                topics.put(partition.topic(), topic);
                described.topics().add(topic);
            }
            topic.partitions().add(partition.partition());
        }
        return described;
    }

    /** Those of them that a request asks for. */
    static List<ListTransactionsResponseData.TransactionState> list(
            Iterable<Transaction> transactions, ListTransactionsRequestData request, long nowMs) {
        Set<String> states = new HashSet<>(request.stateFilters());
        Set<Long> producers = new HashSet<>(request.producerIdFilters());
        String pattern = request.transactionalIdPattern();
        @Nullable Pattern ids = pattern == null || pattern.isEmpty() ? null : Pattern.compile(pattern);
        List<ListTransactionsResponseData.TransactionState> listed = new ArrayList<>();
        for (Transaction transaction : transactions) {
            boolean wanted = (states.isEmpty()
                            || states.contains(transaction.status().shown()))
                    && (producers.isEmpty() || producers.contains(transaction.producerId()))
                    && (request.durationFilter() < 0 || nowMs - transaction.startMs() > request.durationFilter())
                    && (ids == null || ids.matches(transaction.transactionalId()));
            if (wanted) {
                listed.add(new ListTransactionsResponseData.TransactionState()
                        .setTransactionalId(transaction.transactionalId())
                        .setProducerId(transaction.producerId())
                        .setTransactionState(transaction.status().shown()));
            }
        }
        return listed;
    }
}
