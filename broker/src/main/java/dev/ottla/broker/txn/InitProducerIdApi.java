package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ProducerIdentity;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;

/** InitProducerId: an id for an idempotent producer, or, under a transactional id, the id and epoch that fence all who had it before (KIP-98, KIP-360). */
final class InitProducerIdApi {
    private static final short FIRST_THAT_KNOWS_FENCING = 4;

    private final TransactionCoordinators coordinators;
    private final ProducerIds ids;

    private InitProducerIdApi(TransactionCoordinators coordinators, ProducerIds ids) {
        this.coordinators = coordinators;
        this.ids = ids;
    }

    static ApiHandler api(TransactionCoordinators coordinators, ProducerIds ids) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.INIT_PRODUCER_ID,
                InitProducerIdRequestData.class,
                new InitProducerIdApi(coordinators, ids)::ask);
    }

    private void ask(
            RequestContext request, InitProducerIdRequestData message, Waiter<InitProducerIdResponseData> waiter) {
        boolean begins = message.producerId() == ProducerIdentity.NO_ID;
        if (begins != (message.producerEpoch() == ProducerIdentity.NO_EPOCH)) {
            throw new OttlaException(ErrorCode.INVALID_REQUEST, "A producer id and its epoch come together");
        }
        String transactionalId = message.transactionalId();
        if (transactionalId == null) {
            waiter.answer(response(new ProducerIdentity(ids.take(), (short) 0)));
            return;
        }
        if (transactionalId.isEmpty()) {
            throw new OttlaException(ErrorCode.INVALID_REQUEST, "A transactional id must not be empty");
        }
        ids.prepare();
        ProducerIdentity current = begins ? null : new ProducerIdentity(message.producerId(), message.producerEpoch());
        coordinators.submit(
                transactionalId,
                new ProducerWaiter<>(
                        waiter, InitProducerIdApi::response, request.version() >= FIRST_THAT_KNOWS_FENCING),
                (core, producer, step) ->
                        core.init(transactionalId, message.transactionTimeoutMs(), current, producer, step));
    }

    private static InitProducerIdResponseData response(ProducerIdentity producer) {
        return new InitProducerIdResponseData()
                .setProducerId(producer.producerId())
                .setProducerEpoch(producer.epoch());
    }
}
