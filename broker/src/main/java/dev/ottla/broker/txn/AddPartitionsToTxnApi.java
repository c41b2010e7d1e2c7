package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.Gathering;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ProducerIdentity;
import dev.ottla.coordinator.txn.Transaction;
import dev.ottla.coordinator.txn.TransactionPartition;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnPartitionResult;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnResult;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnTopicResult;

/**
 * AddPartitionsToTxn: from clients of the old protocol one transaction at a time; from brokers, from version 4 on, many, which may only ask whether partitions
 * are in them (KIP-890). A partition that is not there refuses its whole transaction.
 */
final class AddPartitionsToTxnApi {
    private static final short FIRST_THAT_KNOWS_FENCING = 2;
    private static final short FIRST_OF_BROKERS = 4;

    private final TransactionCoordinators coordinators;
    private final Supplier<ClusterImage> image;

    private AddPartitionsToTxnApi(TransactionCoordinators coordinators, Supplier<ClusterImage> image) {
        this.coordinators = coordinators;
        this.image = image;
    }

    static ApiHandler api(TransactionCoordinators coordinators, Supplier<ClusterImage> image) {
        return CoordinatorApi.onLoop(
                ApiKeys.ADD_PARTITIONS_TO_TXN,
                AddPartitionsToTxnRequestData.class,
                new AddPartitionsToTxnApi(coordinators, image)::ask);
    }

    private void ask(
            RequestContext request,
            AddPartitionsToTxnRequestData message,
            Waiter<AddPartitionsToTxnResponseData> waiter) {
        if (request.version() < FIRST_OF_BROKERS) {
            AddPartitionsToTxnTransaction only = new AddPartitionsToTxnTransaction()
                    .setTransactionalId(message.v3AndBelowTransactionalId())
                    .setProducerId(message.v3AndBelowProducerId())
                    .setProducerEpoch(message.v3AndBelowProducerEpoch())
                    .setTopics(message.v3AndBelowTopics());
            Gathering<AddPartitionsToTxnResult> one = new Gathering<>(
                    1,
                    results -> waiter.answer(new AddPartitionsToTxnResponseData()
                            .setResultsByTopicV3AndBelow(results.getFirst().topicResults())));
            add(only, request.version(), one, 0);
            return;
        }
        List<AddPartitionsToTxnTransaction> transactions = new ArrayList<>(message.transactions());
        Gathering<AddPartitionsToTxnResult> all = new Gathering<>(transactions.size(), results -> {
            AddPartitionsToTxnResponseData response = new AddPartitionsToTxnResponseData();
            results.forEach(response.resultsByTransaction()::add);
            waiter.answer(response);
        });
        for (int i = 0; i < transactions.size(); i++) {
            add(transactions.get(i), request.version(), all, i);
        }
    }

    private void add(
            AddPartitionsToTxnTransaction asked,
            short version,
            Gathering<AddPartitionsToTxnResult> results,
            int question) {
        boolean knowsFencing = version >= FIRST_THAT_KNOWS_FENCING;
        Waiter<AddPartitionsToTxnResult> waiter = results.waiter(
                question, (code, detail) -> result(asked, where -> ProducerWaiter.said(code, knowsFencing)));
        Map<TransactionPartition, ErrorCode> unknown = unknownOf(asked);
        if (!unknown.isEmpty()) {
            waiter.answer(result(asked, where -> unknown.getOrDefault(where, ErrorCode.OPERATION_NOT_ATTEMPTED)));
            return;
        }
        if (asked.transactionalId().isEmpty()) {
            waiter.answer(result(asked, where -> ErrorCode.INVALID_REQUEST));
            return;
        }
        ProducerIdentity producer = new ProducerIdentity(asked.producerId(), asked.producerEpoch());
        Set<TransactionPartition> partitions = partitionsOf(asked);
        if (asked.verifyOnly()) {
            coordinators.<AddPartitionsToTxnResult>submit(asked.transactionalId(), waiter, (core, verified, step) -> {
                Map<TransactionPartition, ErrorCode> answers =
                        core.verify(asked.transactionalId(), producer, partitions);
                step.answer(
                        verified, result(asked, where -> answers.getOrDefault(where, ErrorCode.UNKNOWN_SERVER_ERROR)));
            });
            return;
        }
        short clientVersion = version >= FIRST_OF_BROKERS ? Transaction.VERSION_2 : Transaction.VERSION_0;
        coordinators.submit(
                asked.transactionalId(),
                new ProducerWaiter<ErrorCode, AddPartitionsToTxnResult>(
                        waiter, code -> result(asked, where -> code), knowsFencing),
                (core, added, step) ->
                        core.add(asked.transactionalId(), producer, partitions, clientVersion, false, added, step));
    }

    private Map<TransactionPartition, ErrorCode> unknownOf(AddPartitionsToTxnTransaction asked) {
        Map<TransactionPartition, ErrorCode> unknown = new HashMap<>();
        for (TransactionPartition where : partitionsOf(asked)) {
            TopicImage topic = image.get().topic(where.topic());
            if (topic == null || topic.partition(where.partition()) == null) {
                unknown.put(where, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            }
        }
        return unknown;
    }

    private static Set<TransactionPartition> partitionsOf(AddPartitionsToTxnTransaction asked) {
        Set<TransactionPartition> partitions = new TreeSet<>();
        for (AddPartitionsToTxnTopic topic : asked.topics()) {
            topic.partitions().forEach(partition -> partitions.add(new TransactionPartition(topic.name(), partition)));
        }
        return partitions;
    }

    private static AddPartitionsToTxnResult result(
            AddPartitionsToTxnTransaction asked, Function<TransactionPartition, ErrorCode> codes) {
        AddPartitionsToTxnResult result = new AddPartitionsToTxnResult().setTransactionalId(asked.transactionalId());
        for (AddPartitionsToTxnTopic topic : asked.topics()) {
            AddPartitionsToTxnTopicResult answered = new AddPartitionsToTxnTopicResult().setName(topic.name());
            for (int partition : topic.partitions()) {
                ErrorCode code = codes.apply(new TransactionPartition(topic.name(), partition));
                answered.resultsByPartition()
                        .add(new AddPartitionsToTxnPartitionResult()
                                .setPartitionIndex(partition)
                                .setPartitionErrorCode(code.wireCode()));
            }
            result.topicResults().add(answered);
        }
        return result;
    }
}
