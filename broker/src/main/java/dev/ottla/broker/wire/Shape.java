package dev.ottla.broker.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of a part of a request look like and what its decoded form costs: kafka-clients' schema of one version, joined with
 * the memory layout of its generated classes, made once by {@link ShapeCompiler} and then walked over raw bytes by {@link FrameWalk}.
 */
sealed interface Shape {
    /** The fewest bytes it takes on the wire: an array of n elements cannot be shorter than n times this. */
    int minWireBytes();

    /**
     * A number, boolean or UUID.
     *
     * @param fieldBytes what a field of it costs beside its place in its object: nothing, but for UUIDs
     * @param elementBytes what an element of a list costs beside its reference
     */
    record Fixed(int wireBytes, int fieldBytes, int elementBytes) implements Shape {
        @Override
        public int minWireBytes() {
            return wireBytes;
        }
    }

    /** A string in UTF-8. */
    record Text(boolean compact, boolean nullable) implements Shape {
        @Override
        public int minWireBytes() {
            return compact ? 1 : 2;
        }
    }

    /** Bytes or records. */
    record Blob(boolean compact, boolean nullable) implements Shape {
        @Override
        public int minWireBytes() {
            return compact ? 1 : 4;
        }
    }

    /** A list; {@code keyed}: one that hashes its elements, at more memory each. */
    record Array(boolean compact, boolean nullable, boolean keyed, Shape element) implements Shape {
        @Override
        public int minWireBytes() {
            return compact ? 1 : 4;
        }
    }

    /**
     * An object with its fields in order.
     *
     * @param heapBytes the object itself with the empty lists that its unset fields get
     * @param tags known tagged fields by number; null in versions that have none (before KIP-482)
     * @param nullable preceded by one byte, negative for null
     * @param keys the fields that its hash is made of, in order, -1 for one that this version does not have; none when it is not keyed
     */
    record Struct(
            List<Shape> fields,
            int heapBytes,
            @Nullable Map<Integer, Shape> tags,
            boolean nullable,
            int minWireBytes,
            List<Integer> keys)
            implements Shape {}
}
