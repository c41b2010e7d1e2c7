package dev.ottla.broker.api;

import dev.ottla.broker.wire.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * An API served by straight-line code over generated messages: decode, handle, encode.
 *
 * @param requestType the generated request class of {@code key}
 */
public record MessageApi<Q extends ApiMessage, R extends ApiMessage>(
        ApiKeys key, Class<Q> requestType, Execution execution, MessageHandler<Q, R> handler) implements ApiHandler {
    /** An API whose code never blocks. */
    public static <Q extends ApiMessage, R extends ApiMessage> MessageApi<Q, R> onLoop(
            ApiKeys key, Class<Q> requestType, MessageHandler<Q, R> handler) {
        return new MessageApi<>(key, requestType, Execution.LOOP, handler);
    }

    /** An API whose code may block: files, the controller. */
    public static <Q extends ApiMessage, R extends ApiMessage> MessageApi<Q, R> onVirtualThread(
            ApiKeys key, Class<Q> requestType, MessageHandler<Q, R> handler) {
        return new MessageApi<>(key, requestType, Execution.VIRTUAL_THREAD, handler);
    }

    @Override
    public void handle(RequestContext request) {
        switch (execution) {
            case LOOP -> answer(request);
            case VIRTUAL_THREAD -> request.runBlocking(() -> answer(request));
        }
    }

    private void answer(RequestContext request) {
        Q message = request.read(requestType);
        request.releaseFrame();
        request.reply(handler.handle(request, message));
    }
}
