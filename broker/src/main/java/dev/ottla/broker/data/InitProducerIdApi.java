package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.RequestContext;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** InitProducerId: an id for an idempotent producer (KIP-98). There is no transaction coordinator yet, and its error says so. */
final class InitProducerIdApi {
    private static final long NO_PRODUCER_ID = -1;
    private static final short NO_PRODUCER_EPOCH = -1;

    private final ProducerIds ids;

    private InitProducerIdApi(ProducerIds ids) {
        this.ids = ids;
    }

    static ApiHandler api(ProducerIds ids) {
        return MessageApi.onVirtualThread(
                ApiKeys.INIT_PRODUCER_ID, InitProducerIdRequestData.class, new InitProducerIdApi(ids)::handle);
    }

    private InitProducerIdResponseData handle(RequestContext context, InitProducerIdRequestData request) {
        if ((request.producerId() == NO_PRODUCER_ID) != (request.producerEpoch() == NO_PRODUCER_EPOCH)) {
            throw new OttlaException(ErrorCode.INVALID_REQUEST, "A producer id and its epoch come together");
        }
        String transactionalId = request.transactionalId();
        if (transactionalId == null) {
            return new InitProducerIdResponseData().setProducerId(ids.take()).setProducerEpoch((short) 0);
        }
        return refused(transactionalId.isEmpty() ? ErrorCode.INVALID_REQUEST : ErrorCode.COORDINATOR_NOT_AVAILABLE);
    }

    private static InitProducerIdResponseData refused(ErrorCode error) {
        return new InitProducerIdResponseData()
                .setErrorCode(error.wireCode())
                .setProducerId(NO_PRODUCER_ID)
                .setProducerEpoch(NO_PRODUCER_EPOCH);
    }
}
