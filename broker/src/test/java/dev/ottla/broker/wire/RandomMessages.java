package dev.ottla.broker.wire;

import dev.ottla.base.RandomSource;
import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;

/** Writes bytes that follow a shape, with every choice left to a source of chance; tests drive it to typical and to hostile ends. */
final class RandomMessages {
    private final RandomSource random;
    private final ByteBuffer target;
    private final IntUnaryOperator listLength;
    private final IntUnaryOperator textLength;

    /** @param listLength from depth to the number of elements of a list; the buffer's end cuts it short */
    RandomMessages(RandomSource random, ByteBuffer target, IntUnaryOperator listLength, IntUnaryOperator textLength) {
        this.random = random;
        this.target = target;
        this.listLength = listLength;
        this.textLength = textLength;
    }

    void write(Shape shape, int depth) {
        switch (shape) {
            case Shape.Fixed fixed -> {
                for (int i = 0; i < fixed.wireBytes(); i++) {
                    target.put((byte) random.nextLong());
                }
            }
            case Shape.Text text -> bytes(text.compact(), Short.BYTES, textLength.applyAsInt(depth));
            case Shape.Blob blob -> bytes(blob.compact(), Integer.BYTES, textLength.applyAsInt(depth));
            case Shape.Array array -> list(array, depth);
            case Shape.Struct struct -> struct(struct, depth);
        }
    }

    private void struct(Shape.Struct struct, int depth) {
        if (struct.nullable()) {
            target.put((byte) 1);
        }
        for (Shape field : struct.fields()) {
            write(field, depth);
        }
        if (struct.tags() != null) {
            target.put((byte) 0);
        }
    }

    private void list(Shape.Array array, int depth) {
        int fit =
                Math.max(0, target.remaining() / 2 / Math.max(1, array.element().minWireBytes()) - 8);
        int count = Math.min(listLength.applyAsInt(depth), fit);
        length(array.compact(), Integer.BYTES, count);
        for (int i = 0; i < count; i++) {
            write(array.element(), depth + 1);
        }
    }

    private void bytes(boolean compact, int fixedBytes, int wanted) {
        int count = Math.max(0, Math.min(wanted, target.remaining() / 2 - 8));
        length(compact, fixedBytes, count);
        for (int i = 0; i < count; i++) {
            target.put((byte) ('a' + (random.nextLong() >>> 1) % 26));
        }
    }

    private void length(boolean compact, int fixedBytes, int count) {
        if (compact) {
            int rest = count + 1;
            while (rest > 0x7F) {
                target.put((byte) (rest | 0x80));
                rest >>>= 7;
            }
            target.put((byte) rest);
        } else if (fixedBytes == Short.BYTES) {
            target.putShort((short) count);
        } else {
            target.putInt(count);
        }
    }
}
