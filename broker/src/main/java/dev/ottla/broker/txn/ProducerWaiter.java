package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.function.Function;

/**
 * Who waits for an answer that becomes a response of a client's version.
 *
 * @param knowsFencing whether the client knows PRODUCER_FENCED; older ones are told INVALID_PRODUCER_EPOCH, which they take the same way (KIP-588)
 */
record ProducerWaiter<A, R>(Waiter<R> client, Function<A, R> response, boolean knowsFencing) implements Waiter<A> {
    @Override
    public void answer(A answer) {
        client.answer(response.apply(answer));
    }

    @Override
    public void refuse(ErrorCode code, String detail) {
        client.refuse(said(code, knowsFencing), detail);
    }

    static ErrorCode said(ErrorCode code, boolean knowsFencing) {
        return code == ErrorCode.PRODUCER_FENCED && !knowsFencing ? ErrorCode.INVALID_PRODUCER_EPOCH : code;
    }
}
