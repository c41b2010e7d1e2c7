package dev.ottla.network;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One loop's direct buffers, in size classes that double. Used on the loop's thread only. Keeps a bounded amount of free ones; larger buffers
 * beyond that are unmapped at once, since waiting for the collector to do it would let native memory run away.
 */
final class BufferPool {
    private static final int SMALLEST_SHIFT = 8;
    private static final int CLASSES = 15;
    private static final int LARGEST_POOLED = 1 << (SMALLEST_SHIFT + CLASSES - 1);
    private static final int UNPOOLED = -1;
    private static final int HEAVY_BYTES = 64 * 1024;
    private static final int PAGE = 4096;
    private static final long KEEP_BYTES = 16L << 20;
    private static final byte POISON = (byte) 0xDB;

    private final MemoryBudget budget;
    private final Runnable onEased;
    private final boolean poison;
    private final @Nullable PooledBuffer[] free = new @Nullable PooledBuffer[CLASSES];
    private long keptBytes;
    private long outstanding;
    private boolean closed;

    /**
     * @param onEased called when a release lets waiting connections try again
     * @param poison fills buffers on release and checks on the next use that nobody wrote to them since
     */
    BufferPool(MemoryBudget budget, Runnable onEased, boolean poison) {
        this.budget = budget;
        this.onEased = onEased;
        this.poison = poison;
    }

    /** A buffer of at least so many bytes: position 0, limit {@code sizeBytes}. Asks nobody: see {@link MemoryBudget} for who may. */
    PooledBuffer take(int sizeBytes) {
        int sizeClass = classOf(sizeBytes);
        PooledBuffer buffer = sizeClass == UNPOOLED ? null : free[sizeClass];
        if (buffer == null) {
            buffer =
                    allocate(sizeClass == UNPOOLED ? roundUp(sizeBytes) : 1 << (SMALLEST_SHIFT + sizeClass), sizeClass);
        } else {
            free[sizeClass] = buffer.next;
            buffer.next = null;
            keptBytes -= buffer.capacity();
            checkPoison(buffer);
        }
        buffer.free = false;
        outstanding++;
        budget.take(buffer.capacity());
        buffer.bytes.clear().limit(sizeBytes);
        return buffer;
    }

    void release(PooledBuffer buffer) {
        if (buffer.free) {
            throw new IllegalStateException("A buffer of " + buffer.capacity() + " bytes was given back twice");
        }
        buffer.free = true;
        outstanding--;
        if (poison) {
            fill(buffer.bytes);
        }
        if (closed || buffer.sizeClass == UNPOOLED || keptBytes + buffer.capacity() > KEEP_BYTES) {
            buffer.discard();
        } else {
            buffer.next = free[buffer.sizeClass];
            free[buffer.sizeClass] = buffer;
            keptBytes += buffer.capacity();
        }
        if (budget.giveBack(buffer.capacity())) {
            onEased.run();
        }
    }

    /** How much {@link #take} would really take. */
    static int capacityFor(int sizeBytes) {
        int sizeClass = classOf(sizeBytes);
        return sizeClass == UNPOOLED ? roundUp(sizeBytes) : 1 << (SMALLEST_SHIFT + sizeClass);
    }

    /** Buffers taken and not given back. */
    long outstanding() {
        return outstanding;
    }

    /** Frees what is kept; the buffers still outstanding are lost to the pool. */
    void close() {
        closed = true;
        for (int i = 0; i < CLASSES; i++) {
            for (PooledBuffer buffer = free[i]; buffer != null; buffer = buffer.next) {
                buffer.discard();
            }
            free[i] = null;
        }
        keptBytes = 0;
    }

    private static int classOf(int sizeBytes) {
        if (sizeBytes > LARGEST_POOLED) {
            return UNPOOLED;
        }
        int bits = 32 - Integer.numberOfLeadingZeros(Math.max(1, sizeBytes) - 1);
        return Math.max(0, bits - SMALLEST_SHIFT);
    }

    private static int roundUp(int sizeBytes) {
        return sizeBytes > Integer.MAX_VALUE - PAGE ? sizeBytes : (sizeBytes + PAGE - 1) & -PAGE;
    }

    // The arena lives as long as its buffer, whose discard() closes it: there is no block to hang it on.
    @SuppressWarnings("MustBeClosedChecker")
    private static PooledBuffer allocate(int capacity, int sizeClass) {
        if (capacity <= HEAVY_BYTES) {
            return new PooledBuffer(ByteBuffer.allocateDirect(capacity), sizeClass, null);
        }
        Arena arena = Arena.ofShared();
        MemorySegment segment = arena.allocate(capacity);
        return new PooledBuffer(segment.asByteBuffer(), sizeClass, arena);
    }

    private static void fill(ByteBuffer bytes) {
        MemorySegment.ofBuffer(bytes.clear()).fill(POISON);
    }

    private void checkPoison(PooledBuffer buffer) {
        if (!poison) {
            return;
        }
        ByteBuffer bytes = buffer.bytes;
        for (int i = 0; i < bytes.capacity(); i++) {
            if (bytes.get(i) != POISON) {
                throw new IllegalStateException("A buffer of " + buffer.capacity() + " bytes was written to at " + i
                        + " after it was given back");
            }
        }
    }
}
