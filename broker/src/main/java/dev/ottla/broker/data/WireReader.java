package dev.ottla.broker.data;

import dev.ottla.base.TopicId;
import dev.ottla.broker.wire.DecodeBudget;
import dev.ottla.broker.wire.MalformedFrameException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Kafka's primitive types from a frame, in place and never beyond its end. Flexible versions (KIP-482) have varint lengths, one too
 * high so that 0 is null, and tagged fields; the older ones have fixed lengths with -1 for null.
 *
 * <p>Reused from request to request. Everything throws {@link MalformedFrameException} on bytes that cannot be.
 */
final class WireReader {
    /** A request with more tagged fields than this in one place is not from a client. */
    static final int MAX_TAGS = 64;

    private static final int MAX_STRING_BYTES = Short.MAX_VALUE;
    /** A String with its bytes' array. */
    private static final int STRING_BYTES = 24 + 16 + 8;

    private static final int TOPIC_ID_BYTES = 32;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final TopicKeys keys;
    private ByteBuffer buffer = EMPTY;
    private boolean flexible;
    private int wireBytes;
    private long budgetBytes;

    WireReader(TopicKeys keys) {
        this.keys = keys;
    }

    /** Points the reader at a body, whose size decides what its decode may cost; its position moves as it is read. */
    WireReader on(ByteBuffer body, boolean bodyIsFlexible) {
        buffer = body;
        flexible = bodyIsFlexible;
        wireBytes = body.remaining();
        budgetBytes = DecodeBudget.ofBody(wireBytes);
        return this;
    }

    /** Before memory is taken for what was read, or may be: refuses what would cost more than its frame may. */
    void charge(long heapBytes) {
        budgetBytes -= heapBytes;
        if (budgetBytes < 0) {
            throw DecodeBudget.exceeded(wireBytes);
        }
    }

    /** Lets go of the frame. */
    void done() {
        buffer = EMPTY;
    }

    int position() {
        return buffer.position();
    }

    byte int8() {
        require(1);
        return buffer.get();
    }

    short int16() {
        require(2);
        return buffer.getShort();
    }

    int int32() {
        require(4);
        return buffer.getInt();
    }

    long int64() {
        require(8);
        return buffer.getLong();
    }

    int unsignedVarint() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = int8();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedFrameException("a varint of more than 5 bytes");
    }

    /** @param floorBytes the least that one element takes: more elements than could follow are refused before memory is taken */
    int arrayLength(int floorBytes) {
        int length = length32();
        if (length < 0) {
            throw new MalformedFrameException("null where an array must be");
        }
        if ((long) length * floorBytes > buffer.remaining()) {
            throw new MalformedFrameException(
                    "an array of " + length + " elements in " + buffer.remaining() + " bytes");
        }
        return length;
    }

    /** The size of a run of bytes that follows, -1 for null; the run is known to lie in the frame. */
    int bytesLength() {
        int length = length32();
        if (length > buffer.remaining()) {
            throw new MalformedFrameException("a run of " + length + " bytes in " + buffer.remaining());
        }
        return Math.max(length, -1);
    }

    /** A topic's name: the same String for the same bytes, as long as they come often. */
    String topicName() {
        String name = nullableString();
        if (name == null) {
            throw new MalformedFrameException("null where a topic's name must be");
        }
        return name;
    }

    @Nullable
    String nullableString() {
        int length = stringLength();
        if (length < 0) {
            return null;
        }
        charge(STRING_BYTES + length);
        String text = keys.name(buffer, buffer.position(), length);
        buffer.position(buffer.position() + length);
        return text;
    }

    void skipString() {
        int length = stringLength();
        if (length > 0) {
            skip(length);
        }
    }

    TopicId topicId() {
        require(16);
        charge(TOPIC_ID_BYTES);
        return keys.id(buffer.getLong(), buffer.getLong());
    }

    void skip(int sizeBytes) {
        require(sizeBytes);
        buffer.position(buffer.position() + sizeBytes);
    }

    /** Skips the tagged fields of this place; none in versions that have none. */
    void skipTags() {
        if (flexible) {
            int count = tagCount();
            for (int i = 0; i < count; i++) {
                unsignedVarint();
                skip(tagSize());
            }
        }
    }

    /** How many tagged fields follow, each as tag, size and content. Only in flexible versions. */
    int tagCount() {
        int count = unsignedVarint();
        if (count < 0 || count > MAX_TAGS) {
            throw new MalformedFrameException(count + " tagged fields");
        }
        return count;
    }

    int tagSize() {
        int size = unsignedVarint();
        require(size);
        return size;
    }

    private int length32() {
        return flexible ? unsignedVarint() - 1 : int32();
    }

    private int stringLength() {
        int length = flexible ? unsignedVarint() - 1 : int16();
        if (length > MAX_STRING_BYTES) {
            throw new MalformedFrameException("a string of " + length + " bytes");
        }
        require(Math.max(length, 0));
        return length;
    }

    private void require(int sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > buffer.remaining()) {
            throw new MalformedFrameException(sizeBytes + " bytes wanted where " + buffer.remaining() + " are left");
        }
    }
}
