package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import java.util.List;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;

/** FindCoordinator: no group, transaction or share coordinator lives here yet, which clients take as "ask again later". */
public final class FindCoordinatorApi
        implements MessageHandler<FindCoordinatorRequestData, FindCoordinatorResponseData> {
    private static final byte LAST_KEY_TYPE = 2;
    private static final int FIRST_BATCHED_VERSION = 4;

    public static MessageApi<FindCoordinatorRequestData, FindCoordinatorResponseData> api() {
        return MessageApi.onLoop(ApiKeys.FIND_COORDINATOR, FindCoordinatorRequestData.class, new FindCoordinatorApi());
    }

    @Override
    public FindCoordinatorResponseData handle(RequestContext request, FindCoordinatorRequestData message) {
        boolean known = message.keyType() >= 0 && message.keyType() <= LAST_KEY_TYPE;
        ErrorCode code = known ? ErrorCode.COORDINATOR_NOT_AVAILABLE : ErrorCode.INVALID_REQUEST;
        String text = known
                ? "This broker serves no coordinators yet: assign partitions rather than subscribing."
                : "Unknown coordinator type " + message.keyType() + ".";
        return request.version() < FIRST_BATCHED_VERSION
                ? one(code, text)
                : each(message.coordinatorKeys(), code, text);
    }

    private static FindCoordinatorResponseData one(ErrorCode code, String text) {
        return new FindCoordinatorResponseData()
                .setErrorCode(code.wireCode())
                .setErrorMessage(text)
                .setNodeId(-1)
                .setHost("")
                .setPort(-1);
    }

    private static FindCoordinatorResponseData each(List<String> keys, ErrorCode code, String text) {
        return new FindCoordinatorResponseData()
                .setCoordinators(keys.stream()
                        .map(key -> new Coordinator()
                                .setKey(key)
                                .setErrorCode(code.wireCode())
                                .setErrorMessage(text)
                                .setNodeId(-1)
                                .setHost("")
                                .setPort(-1))
                        .toList());
    }
}
