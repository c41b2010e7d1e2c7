package dev.ottla.coordinator.runtime;

import dev.ottla.base.ErrorCode;
import java.util.concurrent.CompletableFuture;

/** Somebody who waits, and what came: a response, or a code. */
public final class Answers<R> implements Waiter<R> {
    private final CompletableFuture<Object> came = new CompletableFuture<>();

    @Override
    public void answer(R response) {
        if (!came.complete(response)) {
            throw new AssertionError("answered twice: " + came.join() + " and " + response);
        }
    }

    @Override
    public void refuse(ErrorCode code, String detail) {
        if (!came.complete(code)) {
            throw new AssertionError("answered twice: " + came.join() + " and " + code);
        }
    }

    public boolean isAnswered() {
        return came.isDone();
    }

    /** The response; fails when there is none yet, or a refusal. */
    public R response(Class<R> type) {
        return type.cast(came.getNow(null));
    }

    /** What came, a response or an ErrorCode; null when nothing has. */
    public Object whatever() {
        return came.getNow(null);
    }
}
