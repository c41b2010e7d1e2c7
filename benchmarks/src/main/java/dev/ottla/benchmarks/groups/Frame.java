package dev.ottla.benchmarks.groups;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * A request as it goes over the wire, size included, that may be sent again and again. One whose good answers are all alike is checked by comparing them with
 * the first, which costs the client next to nothing. One thread at a time.
 */
final class Frame {
    private static final int CORRELATION_ID = 1;

    private final RequestHeader header;
    private final ByteBuffer bytes;
    private @Nullable ByteBuffer goodAnswer;

    private Frame(RequestHeader header, ByteBuffer bytes) {
        this.header = header;
        this.bytes = bytes;
    }

    static Frame of(ApiMessage request, int version) {
        ApiKeys key = ApiKeys.forId(request.apiKey());
        RequestHeader header = new RequestHeader(
                new RequestHeaderData()
                        .setRequestApiKey(key.id)
                        .setRequestApiVersion((short) version)
                        .setClientId("groups")
                        .setCorrelationId(CORRELATION_ID),
                key.requestHeaderVersion((short) version));
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int size = header.data().size(cache, header.headerVersion()) + request.size(cache, header.apiVersion());
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + size).putInt(size);
        ByteBufferAccessor out = new ByteBufferAccessor(bytes);
        header.data().write(out, cache, header.headerVersion());
        request.write(out, cache, header.apiVersion());
        return new Frame(header, bytes.flip());
    }

    /** From the size on; the caller's own position. */
    ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /** What an answer, without its size, says. */
    ApiMessage read(ByteBuffer answer) {
        return parsed(answer).data();
    }

    /** Fails when an answer, without its size, says that anything went wrong. */
    void check(ByteBuffer answer) {
        if (answer.equals(goodAnswer)) {
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(answer.remaining());
        copy.put(answer.duplicate()).flip();
        parsed(answer).errorCounts().keySet().forEach(error -> {
            if (error != Errors.NONE) {
                throw new IllegalStateException("The broker answered " + error + " to " + header.apiKey());
            }
        });
        goodAnswer = copy;
    }

    private AbstractResponse parsed(ByteBuffer answer) {
        return AbstractResponse.parseResponse(answer, header);
    }
}
