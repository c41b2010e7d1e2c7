package dev.ottla.broker.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Walks over a request's bytes by its {@link Shape} and adds up what decoding them would allocate, before anything is allocated.
 * Every length is held against the bytes left, and the sum against a budget in proportion to the bytes received. One use each.
 */
final class FrameWalk {
    /** Tagged fields that we do not know, in a whole request; kept by the generated classes, so they cost. */
    static final int MAX_UNKNOWN_TAGGED_FIELDS = 16;

    /** Elements of a list that hashes them: keys that collide are searched one by one, so their number bounds the time. */
    static final int MAX_KEYED_ELEMENTS = 10_000;

    /** An empty list of either kind. */
    static final int LIST_BYTES = 24;

    private static final int KEYED_TABLE_BYTES = 80;
    private static final int ARRAY_HEADER_BYTES = 16;
    private static final int STRING_BYTES = 24;
    private static final int REFERENCE_BYTES = 4;
    private static final int BUFFER_VIEW_BYTES = 128;
    private static final int UNKNOWN_TAG_BYTES = 64;
    private static final int UNKNOWN_TAG_LIST_BYTES = 80;

    private final ByteBuffer bytes;
    private final int limit;
    private final long budgetBytes;
    private int position;
    private long heapBytes;
    private int unknownTags;
    private int scratchBytes;
    private int keyHash;

    private FrameWalk(ByteBuffer body) {
        bytes = body;
        position = body.position();
        limit = body.limit();
        budgetBytes = DecodeBudget.ofBody(body.remaining());
    }

    /**
     * Checks a body from its position to its limit; bytes behind the message are not looked at, as in Kafka.
     *
     * @return an upper bound of what decoding it allocates
     * @throws MalformedFrameException when a length does not fit, or the budget is exceeded
     */
    static long check(Shape.Struct shape, ByteBuffer body) {
        FrameWalk walk = new FrameWalk(body);
        walk.struct(shape);
        return walk.heapBytes;
    }

    /** The position behind the message. */
    static int end(Shape.Struct shape, ByteBuffer body) {
        FrameWalk walk = new FrameWalk(body);
        walk.struct(shape);
        return walk.position;
    }

    /** Rounded up to what the heap gives. */
    static int aligned(int sizeBytes) {
        return (sizeBytes + 7) & ~7;
    }

    private void walk(Shape shape) {
        switch (shape) {
            case Shape.Fixed fixed -> {
                skip(fixed.wireBytes());
                charge(fixed.fieldBytes());
            }
            case Shape.Text text -> text(length(text.compact(), Short.BYTES, text.nullable()));
            case Shape.Blob blob -> blob(length(blob.compact(), Integer.BYTES, blob.nullable()));
            case Shape.Array array -> array(array, length(array.compact(), Integer.BYTES, array.nullable()));
            case Shape.Struct struct -> struct(struct);
        }
    }

    private void struct(Shape.Struct shape) {
        if (shape.nullable()) {
            need(1);
            if (bytes.get(position++) < 0) {
                return;
            }
        }
        charge(shape.heapBytes());
        List<Shape> fields = shape.fields();
        if (shape.keys().isEmpty()) {
            for (int i = 0; i < fields.size(); i++) {
                walk(fields.get(i));
            }
        } else {
            keyedFields(shape);
        }
        Map<Integer, Shape> tags = shape.tags();
        if (tags != null) {
            taggedFields(tags);
        }
    }

    private void array(Shape.Array shape, int count) {
        if (count < 0) {
            return;
        }
        Shape element = shape.element();
        if ((long) count * element.minWireBytes() > limit - position) {
            throw new MalformedFrameException("A list of " + count + " elements in " + (limit - position) + " bytes");
        }
        charge(LIST_BYTES);
        if (count == 0) {
            return;
        }
        if (shape.keyed()) {
            if (count > MAX_KEYED_ELEMENTS) {
                throw new MalformedFrameException("A list of " + count + " keyed elements");
            }
            // Twice the elements plus one to start with, and grown once more when the last one is added.
            charge(KEYED_TABLE_BYTES + 6L * REFERENCE_BYTES * count);
            charge(KeyCollisions.heapBytes(count));
            keyedElements(element, count);
            return;
        }
        charge(ARRAY_HEADER_BYTES + (long) REFERENCE_BYTES * count + 4);
        if (element instanceof Shape.Fixed fixed) {
            charge((long) fixed.elementBytes() * count);
            skip((long) fixed.wireBytes() * count);
            return;
        }
        for (int i = 0; i < count; i++) {
            walk(element);
        }
    }

    private void keyedElements(Shape element, int count) {
        int[] hashes = new int[count];
        for (int i = 0; i < count; i++) {
            walk(element);
            hashes[i] = keyHash;
        }
        KeyCollisions.check(hashes);
    }

    private void keyedFields(Shape.Struct shape) {
        List<Shape> fields = shape.fields();
        int start = position;
        for (int i = 0; i < fields.size(); i++) {
            walk(fields.get(i));
        }
        int hash = 0;
        List<Integer> keys = shape.keys();
        for (int k = 0; k < keys.size(); k++) {
            int field = keys.get(k);
            hash = 31 * hash + (field < 0 ? 0 : fieldHash(fields, start, field));
        }
        keyHash = hash;
    }

    /** The hash of a field, found again from its object's start: keys come first in their objects, so there is little to step over. */
    private int fieldHash(List<Shape> fields, int start, int field) {
        int at = start;
        for (int i = 0; i < field; i++) {
            at = KeyHash.end(fields.get(i), bytes, at);
        }
        return KeyHash.of(fields.get(field), bytes, at);
    }

    private void text(int length) {
        if (length <= 0) {
            return;
        }
        need(length);
        if (length > Short.MAX_VALUE) {
            throw new MalformedFrameException("A string of " + length + " bytes");
        }
        if (length > scratchBytes) {
            scratchBytes = BodyReader.scratchBytes(length);
            charge(ARRAY_HEADER_BYTES + (long) scratchBytes);
        }
        boolean ascii = true;
        for (int i = 0; i < length && ascii; i++) {
            ascii = bytes.get(position + i) >= 0;
        }
        position += length;
        int latin = aligned(ARRAY_HEADER_BYTES + length);
        // Decoding what is not ASCII starts over in 16 bits a character, and copies once more to the right size.
        charge(STRING_BYTES + (ascii ? latin : latin + 2L * aligned(ARRAY_HEADER_BYTES + 2 * length)));
    }

    private void blob(int length) {
        if (length < 0) {
            return;
        }
        skip(length);
        charge(BUFFER_VIEW_BYTES + (long) aligned(ARRAY_HEADER_BYTES + length));
    }

    private void taggedFields(Map<Integer, Shape> known) {
        long count = varint();
        int unknownBefore = unknownTags;
        for (long i = 0; i < count; i++) {
            long tag = varint();
            long size = varint();
            if (size > limit - position) {
                throw new MalformedFrameException("A tagged field of " + size + " bytes");
            }
            Shape shape = tag > Integer.MAX_VALUE ? null : known.get((int) tag);
            if (shape == null) {
                unknownTag((int) size, unknownBefore);
            } else {
                walk(shape);
            }
        }
    }

    private void unknownTag(int size, int unknownBefore) {
        if (unknownTags == unknownBefore) {
            charge(UNKNOWN_TAG_LIST_BYTES);
        }
        unknownTags++;
        if (unknownTags > MAX_UNKNOWN_TAGGED_FIELDS) {
            throw new MalformedFrameException("More than " + MAX_UNKNOWN_TAGGED_FIELDS + " unknown tagged fields");
        }
        charge(UNKNOWN_TAG_BYTES + (long) aligned(ARRAY_HEADER_BYTES + size));
        position += size;
    }

    /** Reads a length; -1 for null. */
    private int length(boolean compact, int fixedBytes, boolean nullable) {
        long length;
        if (compact) {
            length = varint() - 1;
        } else {
            need(fixedBytes);
            length = fixedBytes == Short.BYTES ? bytes.getShort(position) : bytes.getInt(position);
            position += fixedBytes;
        }
        if (length < (nullable ? -1 : 0)) {
            throw new MalformedFrameException("A length of " + length);
        }
        if (length > limit - position) {
            throw new MalformedFrameException("A length of " + length + " with " + (limit - position) + " bytes left");
        }
        return (int) length;
    }

    private long varint() {
        long value = Varints.read(bytes, position);
        position = Varints.end(bytes, position);
        return value;
    }

    private void skip(long count) {
        need(count);
        position += (int) count;
    }

    private void need(long count) {
        if (count > limit - position) {
            throw new MalformedFrameException("The frame ends " + (count - (limit - position)) + " bytes too early");
        }
    }

    private void charge(long countBytes) {
        heapBytes += countBytes;
        if (heapBytes > budgetBytes) {
            throw DecodeBudget.exceeded(limit - bytes.position());
        }
    }
}
