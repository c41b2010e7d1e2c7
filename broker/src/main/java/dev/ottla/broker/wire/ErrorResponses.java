package dev.ottla.broker.wire;

import dev.ottla.base.ErrorCode;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.jspecify.annotations.Nullable;

/**
 * The response that says a whole request failed, each API in its own way: on top, or once per topic and partition asked for. Made by kafka-clients, whose
 * classes of all messages are loaded for the first of them: a tenth of a second that no event loop should spend, and memory that a broker without errors
 * does without.
 */
public final class ErrorResponses {
    private volatile boolean loaded;

    /** Whether one more costs no more than making it. */
    public boolean areLoaded() {
        return loaded;
    }

    /**
     * Builds it from the request; null when the API has none (Produce with acks=0: nothing is ever sent).
     *
     * @param detail what is wrong, for the APIs that carry a message; null for the code's own text
     */
    public @Nullable ApiMessage of(short version, ApiMessage request, ErrorCode code, @Nullable String detail) {
        var key = org.apache.kafka.common.protocol.ApiKeys.forId(request.apiKey());
        AbstractRequest parsed = AbstractRequest.parseRequest(
                        key,
                        version,
                        new ByteBufferAccessor(MessageUtil.toByteBufferAccessor(request, version)
                                .buffer()))
                .request;
        var response =
                parsed.getErrorResponse(0, Errors.forCode(code.wireCode()).exception(detail));
        loaded = true;
        return response == null ? null : response.data();
    }
}
