package dev.ottla.network;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Direct memory with one owner at a time: taken from a {@link BufferPool}, given back to it once. */
final class PooledBuffer {
    final ByteBuffer bytes;
    final int sizeClass;
    private final @Nullable Arena arena;
    boolean free;

    @Nullable
    PooledBuffer next;

    PooledBuffer(ByteBuffer bytes, int sizeClass, @Nullable Arena arena) {
        this.bytes = bytes;
        this.sizeClass = sizeClass;
        this.arena = arena;
    }

    int capacity() {
        return bytes.capacity();
    }

    /** Frees the memory now where it can be, else leaves it to the collector. */
    void discard() {
        if (arena != null) {
            arena.close();
        }
    }
}
