package dev.ottla.broker.coordination;

import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.Execution;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * An API whose answer a coordinator gives, now or when others have done their part. The requests behind it on the connection wait for the answer, as
 * Kafka's do.
 */
public record CoordinatorApi<Q extends ApiMessage, R extends ApiMessage>(
        ApiKeys key, Class<Q> requestType, Execution execution, Asking<Q, R> asking) implements ApiHandler {
    /** Passes a request on to the coordinator. */
    @FunctionalInterface
    public interface Asking<Q, R> {
        void ask(RequestContext request, Q message, Waiter<R> waiter);
    }

    /** For what takes microseconds. */
    public static <Q extends ApiMessage, R extends ApiMessage> CoordinatorApi<Q, R> onLoop(
            ApiKeys key, Class<Q> requestType, Asking<Q, R> asking) {
        return new CoordinatorApi<>(key, requestType, Execution.LOOP, asking);
    }

    /** For what looks at whole groups. */
    public static <Q extends ApiMessage, R extends ApiMessage> CoordinatorApi<Q, R> onVirtualThread(
            ApiKeys key, Class<Q> requestType, Asking<Q, R> asking) {
        return new CoordinatorApi<>(key, requestType, Execution.VIRTUAL_THREAD, asking);
    }

    @Override
    public void handle(RequestContext request) {
        switch (execution) {
            case LOOP -> ask(request);
            case VIRTUAL_THREAD -> request.runBlocking(() -> ask(request));
        }
    }

    private void ask(RequestContext request) {
        Q message = request.read(requestType);
        request.releaseFrame();
        asking.ask(request, message, new RequestWaiter<>(request));
    }
}
