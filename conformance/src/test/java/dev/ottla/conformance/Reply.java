package dev.ottla.conformance;

import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** What came back: a message, or nothing because the broker closed the connection. */
record Reply(@Nullable ApiMessage message) {
    boolean isClosed() {
        return message == null;
    }

    /** The message; fails when there is none or it is another kind. */
    <T extends ApiMessage> T as(Class<T> type) {
        if (message == null) {
            throw new AssertionError("the broker closed the connection");
        }
        return type.cast(message);
    }
}
