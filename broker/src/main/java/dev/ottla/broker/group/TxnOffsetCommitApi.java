package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ProducerIdentity;
import dev.ottla.coordinator.txn.TransactionPartition;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.replication.Partition;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponsePartition;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponseTopic;

/**
 * TxnOffsetCommit (KIP-98): partitions that do not exist are refused here; whether the group's offsets are part of the transaction is asked of its coordinator; then they go to
 * the group's.
 */
public final class TxnOffsetCommitApi {
    private static final short FIRST_THAT_LEAVES_ADDING = 5;
    private static final short FIRST_THAT_KNOWS_LOADING = 2;
    private static final short FIRST_THAT_KNOWS_ABORTABLE = 4;

    private final GroupCoordinators coordinators;
    private final Supplier<ClusterImage> image;
    private final TransactionGate gate;

    private TxnOffsetCommitApi(GroupCoordinators coordinators, Supplier<ClusterImage> image, TransactionGate gate) {
        this.coordinators = coordinators;
        this.image = image;
        this.gate = gate;
    }

    public static ApiHandler api(GroupCoordinators coordinators, Supplier<ClusterImage> image, TransactionGate gate) {
        return CoordinatorApi.onLoop(
                ApiKeys.TXN_OFFSET_COMMIT,
                TxnOffsetCommitRequestData.class,
                new TxnOffsetCommitApi(coordinators, image, gate)::ask);
    }

    private void ask(
            RequestContext request, TxnOffsetCommitRequestData message, Waiter<TxnOffsetCommitResponseData> waiter) {
        divide(Clients.of(request), message, waiter);
    }

    private void divide(Client client, TxnOffsetCommitRequestData message, Waiter<TxnOffsetCommitResponseData> waiter) {
        TxnOffsetCommitRequestData known = message.duplicate();
        known.topics().clear();
        TxnOffsetCommitResponseData refused = new TxnOffsetCommitResponseData();
        ClusterImage now = image.get();
        for (TxnOffsetCommitRequestTopic topic : message.topics()) {
            divide(topic, now, known, refused);
        }
        if (known.topics().isEmpty()) {
            waiter.answer(refused);
            return;
        }
        Merging merging = new Merging(client.version(), known, refused, waiter);
        if (message.groupId().isEmpty()) {
            merging.refuse(ErrorCode.INVALID_GROUP_ID, "The group id must not be empty");
            return;
        }
        Partition offsets = coordinators.partitionOf(message.groupId());
        if (offsets == null) {
            merging.refuse(ErrorCode.NOT_COORDINATOR, OffsetsTopic.NAME + " is not led here");
            return;
        }
        try {
            verify(client, known, offsets, merging);
        } catch (OttlaException failed) {
            merging.refuse(failed.code(), String.valueOf(failed.getMessage()));
        }
    }

    /** A transaction that is open there with this epoch is known to its coordinator. */
    private void verify(
            Client client,
            TxnOffsetCommitRequestData known,
            Partition offsets,
            Waiter<TxnOffsetCommitResponseData> waiter) {
        long askedAtOffset = offsets.endOffset();
        if (offsets.hasOpenTransaction(known.producerId(), known.producerEpoch())) {
            commit(client, known, askedAtOffset, waiter);
            return;
        }
        boolean adds = client.version() >= FIRST_THAT_LEAVES_ADDING;
        TransactionPartition partition =
                new TransactionPartition(OffsetsTopic.NAME, offsets.id().partition());
        TransactionGate.Question question = new TransactionGate.Question(
                known.transactionalId(),
                new ProducerIdentity(known.producerId(), known.producerEpoch()),
                Set.of(partition),
                adds ? TransactionGate.Mode.ADD : TransactionGate.Mode.VERIFY);
        gate.ask(question, new Waiter<>() {
            @Override
            public void answer(Map<TransactionPartition, ErrorCode> verdicts) {
                ErrorCode verdict = verdicts.getOrDefault(partition, ErrorCode.UNKNOWN_SERVER_ERROR);
                if (verdict == ErrorCode.NONE) {
                    // What is added waits for the end of the transaction before, which may have come in meanwhile.
                    commit(client, known, adds ? offsets.endOffset() : askedAtOffset, waiter);
                } else {
                    refuse(verdict, "The transaction does not have the group's offsets in it");
                }
            }

            @Override
            public void refuse(ErrorCode code, String detail) {
                waiter.refuse(code, detail);
            }
        });
    }

    private void commit(
            Client client,
            TxnOffsetCommitRequestData known,
            long askedAtOffset,
            Waiter<TxnOffsetCommitResponseData> waiter) {
        coordinators.submit(
                known.groupId(),
                new BatchKind.Pending(known.producerId(), known.producerEpoch(), askedAtOffset),
                waiter,
                (core, committing, step) ->
                        step.answer(committing, core.commitInTransaction(client, known, this::topicId, step)));
    }

    private TopicId topicId(String topic) {
        TopicImage found = image.get().topic(topic);
        return found == null ? TopicId.ZERO : found.id();
    }

    private static void divide(
            TxnOffsetCommitRequestTopic asked,
            ClusterImage image,
            TxnOffsetCommitRequestData known,
            TxnOffsetCommitResponseData refused) {
        TopicImage topic = image.topic(asked.name());
        TxnOffsetCommitRequestTopic kept = new TxnOffsetCommitRequestTopic().setName(asked.name());
        TxnOffsetCommitResponseTopic unknown = new TxnOffsetCommitResponseTopic().setName(asked.name());
        for (TxnOffsetCommitRequestPartition partition : asked.partitions()) {
            if (topic == null || topic.partition(partition.partitionIndex()) == null) {
                unknown.partitions()
                        .add(new TxnOffsetCommitResponsePartition()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.wireCode()));
            } else {
                kept.partitions().add(partition);
            }
        }
        if (!kept.partitions().isEmpty()) {
            known.topics().add(kept);
        }
        if (!unknown.partitions().isEmpty()) {
            refused.topics().add(unknown);
        }
    }

    /** Puts what the coordinator answers, or refuses as a whole, beside what was refused before. */
    private record Merging(
            short version,
            TxnOffsetCommitRequestData known,
            TxnOffsetCommitResponseData refused,
            Waiter<TxnOffsetCommitResponseData> waiter)
            implements Waiter<TxnOffsetCommitResponseData> {
        @Override
        public void answer(TxnOffsetCommitResponseData committed) {
            for (TxnOffsetCommitResponseTopic topic : committed.topics()) {
                merge(topic);
            }
            waiter.answer(refused);
        }

        private void merge(TxnOffsetCommitResponseTopic topic) {
            for (TxnOffsetCommitResponseTopic present : refused.topics()) {
                if (present.name().equals(topic.name())) {
                    present.partitions().addAll(topic.partitions());
                    return;
                }
            }
            refused.topics().add(topic);
        }

        @Override
        public void refuse(ErrorCode code, String detail) {
            short error = asProducersKnowIt(code).wireCode();
            for (TxnOffsetCommitRequestTopic topic : known.topics()) {
                TxnOffsetCommitResponseTopic answered = new TxnOffsetCommitResponseTopic().setName(topic.name());
                topic.partitions()
                        .forEach(partition -> answered.partitions()
                                .add(new TxnOffsetCommitResponsePartition()
                                        .setPartitionIndex(partition.partitionIndex())
                                        .setErrorCode(error)));
                merge(answered);
            }
            waiter.answer(refused);
        }

        private ErrorCode asProducersKnowIt(ErrorCode code) {
            return switch (code) {
                case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
                case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
                case TRANSACTION_ABORTABLE -> version < FIRST_THAT_KNOWS_ABORTABLE ? ErrorCode.INVALID_TXN_STATE : code;
                case NETWORK_EXCEPTION -> asProducersKnowIt(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
                // Producers before 2.3 stop at an error that they do not expect.
                case COORDINATOR_LOAD_IN_PROGRESS ->
                    version < FIRST_THAT_KNOWS_LOADING ? ErrorCode.COORDINATOR_NOT_AVAILABLE : code;
                default -> code;
            };
        }
    }
}
