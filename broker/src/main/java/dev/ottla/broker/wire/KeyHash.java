package dev.ottla.broker.wire;

import java.nio.ByteBuffer;

/** The hash code that a field will have once decoded, from its bytes, which have been walked over before. */
final class KeyHash {
    private KeyHash() {}

    /** The position behind a field that is a number, a UUID or a string. */
    static int end(Shape shape, ByteBuffer bytes, int position) {
        return switch (shape) {
            case Shape.Fixed fixed -> position + fixed.wireBytes();
            case Shape.Text text -> textStart(text, bytes, position) + Math.max(0, textLength(text, bytes, position));
            case Shape.Blob _, Shape.Array _, Shape.Struct _ -> throw new IllegalStateException("A key behind a list");
        };
    }

    /** The hash of the field at a position. */
    static int of(Shape shape, ByteBuffer bytes, int position) {
        return switch (shape) {
            case Shape.Fixed fixed -> number(fixed.wireBytes(), bytes, position);
            case Shape.Text text -> text(bytes, textStart(text, bytes, position), textLength(text, bytes, position));
            case Shape.Blob _, Shape.Array _, Shape.Struct _ -> throw new IllegalStateException("A key that is a list");
        };
    }

    private static int number(int wireBytes, ByteBuffer bytes, int position) {
        return switch (wireBytes) {
            case 1 -> bytes.get(position);
            case 2 -> bytes.getShort(position);
            case 4 -> bytes.getInt(position);
            case 8 -> Long.hashCode(bytes.getLong(position));
            default -> Long.hashCode(bytes.getLong(position) ^ bytes.getLong(position + 8));
        };
    }

    /** As a string's, where it is ASCII, as names are. All others count as one and the same key: a few of them may come. */
    private static int text(ByteBuffer bytes, int start, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            byte b = bytes.get(start + i);
            if (b < 0) {
                return -1;
            }
            hash = 31 * hash + b;
        }
        return hash;
    }

    private static int textLength(Shape.Text text, ByteBuffer bytes, int position) {
        return text.compact() ? (int) (Varints.read(bytes, position) - 1) : bytes.getShort(position);
    }

    private static int textStart(Shape.Text text, ByteBuffer bytes, int position) {
        return text.compact() ? Varints.end(bytes, position) : position + Short.BYTES;
    }
}
