package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.InternalTopic;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ProducerIdentity;
import dev.ottla.coordinator.txn.Transaction;
import dev.ottla.coordinator.txn.TransactionPartition;
import java.util.Set;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;

/** AddOffsetsToTxn: a transaction is about to commit offsets of a group, so the group's partition of {@code __consumer_offsets} is added to it. */
final class AddOffsetsToTxnApi {
    private static final short FIRST_THAT_KNOWS_FENCING = 2;

    private final TransactionCoordinators coordinators;
    private final InternalTopic offsets;

    private AddOffsetsToTxnApi(TransactionCoordinators coordinators, InternalTopic offsets) {
        this.coordinators = coordinators;
        this.offsets = offsets;
    }

    static ApiHandler api(TransactionCoordinators coordinators, InternalTopic offsets) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.ADD_OFFSETS_TO_TXN,
                AddOffsetsToTxnRequestData.class,
                new AddOffsetsToTxnApi(coordinators, offsets)::ask);
    }

    private void ask(
            RequestContext request, AddOffsetsToTxnRequestData message, Waiter<AddOffsetsToTxnResponseData> waiter) {
        if (message.transactionalId().isEmpty()) {
            throw new OttlaException(ErrorCode.INVALID_REQUEST, "A transactional id must not be empty");
        }
        int partition =
                InternalTopic.partitionOf(message.groupId(), offsets.orCreate().partitionCount());
        coordinators.submit(
                message.transactionalId(),
                new ProducerWaiter<>(
                        waiter, AddOffsetsToTxnApi::response, request.version() >= FIRST_THAT_KNOWS_FENCING),
                (core, added, step) -> core.add(
                        message.transactionalId(),
                        new ProducerIdentity(message.producerId(), message.producerEpoch()),
                        Set.of(new TransactionPartition(offsets.name(), partition)),
                        Transaction.VERSION_0,
                        false,
                        added,
                        step));
    }

    private static AddOffsetsToTxnResponseData response(ErrorCode code) {
        return new AddOffsetsToTxnResponseData().setErrorCode(code.wireCode());
    }
}
