package dev.ottla.record;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A direct buffer that grows to what one batch needs and gives back what is more than worth keeping. One thread at a time. */
final class Scratch {
    private ByteBuffer kept = ByteBuffer.allocateDirect(0);
    private @Nullable Arena largeArena;
    private @Nullable ByteBuffer large;

    /** A cleared buffer of at least that capacity, limit at its capacity; what it held before is lost. */
    // The arena outlives this method on purpose: release() closes it
    @SuppressWarnings("MustBeClosedChecker")
    ByteBuffer atLeast(int bytes) {
        if (bytes <= kept.capacity()) {
            return kept.clear();
        }
        if (bytes <= RecordLimits.KEPT_SCRATCH_BYTES) {
            int doubled = Math.max(RecordLimits.PIECE_BYTES, Integer.highestOneBit(bytes - 1) << 1);
            kept = ByteBuffer.allocateDirect(Math.min(doubled, RecordLimits.KEPT_SCRATCH_BYTES));
            return kept;
        }
        ByteBuffer usable = large;
        if (usable != null && usable.capacity() >= bytes) {
            return usable.clear();
        }
        release();
        Arena arena = Arena.ofConfined();
        largeArena = arena;
        ByteBuffer fresh = arena.allocate(bytes).asByteBuffer();
        large = fresh;
        return fresh;
    }

    /** Gives a large buffer back; its views must not be used any more. To be called by the thread that asked for it. */
    void release() {
        Arena arena = largeArena;
        largeArena = null;
        large = null;
        if (arena != null) {
            arena.close();
        }
    }
}
