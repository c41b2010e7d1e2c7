package dev.ottla.coordinator.runtime;

import dev.ottla.base.ErrorCode;

/**
 * Somebody who asked and waits. A core keeps it as long as it likes and gives it its response by {@link Step#answer}; the runtime passes that
 * on once what it rests on is committed. Any thread; exactly one call.
 *
 * @param <R> the response
 */
public interface Waiter<R> {
    void answer(R response);

    /** @param detail for people; clients of some APIs see it */
    void refuse(ErrorCode code, String detail);
}
