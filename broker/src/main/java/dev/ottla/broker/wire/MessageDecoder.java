package dev.ottla.broker.wire;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.kafka.common.protocol.ApiMessage;

/** Bytes to kafka-clients' generated request classes, after a walk that bounds what the decode may cost. */
public final class MessageDecoder {
    private static final int VERSIONS = 32;
    private static final AtomicReferenceArray<Shape.Struct> SHAPES = new AtomicReferenceArray<>(256 * VERSIONS);

    private MessageDecoder() {}

    /**
     * Decodes a request's body; the buffer's position does not move. Allocates within its {@link DecodeBudget}.
     *
     * @param version one that the API supports
     * @throws MalformedFrameException when a length does not fit the bytes left, or the decode would allocate too much
     */
    public static ApiMessage decode(ApiKeys key, short version, ByteBuffer body) {
        FrameWalk.check(shape(key, version), body);
        ApiMessage message = key.newRequest();
        try {
            message.read(new BodyReader(body), version);
        } catch (RuntimeException e) {
            throw new MalformedFrameException("Not a " + key.name + " v" + version + ": " + e.getMessage());
        }
        return message;
    }

    /** Made when first asked for: a broker that starts does not pay for the APIs that nobody uses. */
    static Shape.Struct shape(ApiKeys key, short version) {
        int index = key.id * VERSIONS + version;
        Shape.Struct shape = SHAPES.get(index);
        if (shape == null) {
            shape = ShapeCompiler.compile(key, version);
            SHAPES.set(index, shape);
        }
        return shape;
    }
}
