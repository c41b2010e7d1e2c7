package dev.ottla.broker.wire;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** Responses to bytes: header (correlation id, and one empty tag section from header version 1 on) and body in one buffer of exact size. */
public final class ResponseEncoder {
    private ResponseEncoder() {}

    /** Bytes of the response header; ApiVersions keeps the old one for ever, so that any client can read it (KIP-511). */
    public static int headerSizeBytes(ApiKeys key, short version) {
        return key.responseHeaderVersion(version) >= 1 ? 5 : 4;
    }

    /** Writes the response header at the buffer's position. */
    public static void writeHeader(ByteBuffer target, ApiKeys key, short version, int correlationId) {
        target.putInt(correlationId);
        if (key.responseHeaderVersion(version) >= 1) {
            target.put((byte) 0);
        }
    }

    /**
     * Encodes header and body.
     *
     * @param allocate gives a big-endian buffer of the asked size, position 0
     * @return the buffer, flipped
     */
    public static ByteBuffer encode(
            ApiKeys key, short version, int correlationId, ApiMessage body, IntFunction<ByteBuffer> allocate) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        MessageSizeAccumulator size = new MessageSizeAccumulator();
        body.addSize(size, cache, version);
        ByteBuffer buffer = allocate.apply(headerSizeBytes(key, version) + size.totalSize());
        writeHeader(buffer, key, version, correlationId);
        body.write(new ByteBufferAccessor(buffer), cache, version);
        return buffer.flip();
    }
}
