package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ProducerIdentity;
import dev.ottla.coordinator.txn.Transaction;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;

/** EndTxn: commits or aborts. From version 5 on the producer gets another epoch with each end (KIP-890). */
final class EndTxnApi {
    private static final short FIRST_THAT_KNOWS_FENCING = 2;
    private static final short FIRST_WITH_EPOCHS = 5;

    private final TransactionCoordinators coordinators;

    private EndTxnApi(TransactionCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(TransactionCoordinators coordinators) {
        return CoordinatorApi.onLoop(ApiKeys.END_TXN, EndTxnRequestData.class, new EndTxnApi(coordinators)::ask);
    }

    private void ask(RequestContext request, EndTxnRequestData message, Waiter<EndTxnResponseData> waiter) {
        if (message.transactionalId().isEmpty()) {
            throw new OttlaException(ErrorCode.INVALID_REQUEST, "A transactional id must not be empty");
        }
        short version = request.version() >= FIRST_WITH_EPOCHS ? Transaction.VERSION_2 : Transaction.VERSION_0;
        coordinators.submit(
                message.transactionalId(),
                new ProducerWaiter<>(waiter, EndTxnApi::response, request.version() >= FIRST_THAT_KNOWS_FENCING),
                (core, producer, step) -> core.end(
                        message.transactionalId(),
                        new ProducerIdentity(message.producerId(), message.producerEpoch()),
                        message.committed(),
                        version,
                        producer,
                        step));
    }

    private static EndTxnResponseData response(ProducerIdentity next) {
        return new EndTxnResponseData().setProducerId(next.producerId()).setProducerEpoch(next.epoch());
    }
}
