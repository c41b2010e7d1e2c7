package dev.ottla.broker.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/** Bytes to kafka-clients' generated request classes, after a walk that bounds what the decode may cost. */
public final class MessageDecoder {
    private MessageDecoder() {}

    /**
     * Decodes a request's body; the buffer's position does not move.
     *
     * @throws MalformedFrameException when a length does not fit the bytes left, or the decode would allocate too much
     */
    public static ApiMessage decode(ApiKeys key, short version, ByteBuffer body) {
        ApiMessage message = key.messageType.newRequest();
        try {
            message.read(new ByteBufferAccessor(body.duplicate()), version);
        } catch (RuntimeException e) {
            throw new MalformedFrameException("Not a " + key.name + " v" + version + ": " + e.getMessage());
        }
        return message;
    }
}
