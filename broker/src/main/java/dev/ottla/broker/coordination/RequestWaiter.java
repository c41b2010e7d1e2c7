package dev.ottla.broker.coordination;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.coordinator.runtime.Waiter;
import org.apache.kafka.common.protocol.ApiMessage;

/** A request that waits for a coordinator; its response is encoded on its connection's loop, whoever decides it. */
record RequestWaiter<R extends ApiMessage>(RequestContext request) implements Waiter<R> {
    @Override
    public void answer(R response) {
        request.runOnLoop(() -> request.reply(response));
    }

    @Override
    public void refuse(ErrorCode code, String detail) {
        request.runOnLoop(() -> request.fail(code, detail.isEmpty() ? null : detail));
    }
}
