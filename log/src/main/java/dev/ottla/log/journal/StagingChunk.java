package dev.ottla.log.journal;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A piece of direct memory that entries are copied into by several threads at once. It begins and ends as a direct write must, and is filled wholly
 * before a group goes on in the next, so that it is written as it lies. Claims are made under the staging's lock, copies outside of it.
 */
final class StagingChunk {
    private static final int SPINS_BEFORE_PARKING = 1000;
    private static final long PARK_NANOS = 1000;

    final ByteBuffer buffer;
    /** Where entries begin: after the group's header, when it is the first chunk of a group. */
    int begin;
    /** Where claimed data ends. */
    int end;

    @Nullable
    StagingChunk next;

    private final AtomicInteger filledBytes = new AtomicInteger();

    /** @param bytes a multiple of a block */
    StagingChunk(int bytes) {
        this.buffer = Blocks.allocate(bytes);
    }

    void beginAt(int at) {
        begin = at;
        end = at;
    }

    int room() {
        return buffer.capacity() - end;
    }

    /** The claimer has copied so many bytes. */
    void filled(int bytes) {
        filledBytes.addAndGet(bytes);
    }

    /** Waits for the copies under way: each is a memcpy by a thread that runs. */
    void awaitFilled() {
        for (int spins = 0; filledBytes.get() != end - begin; spins++) {
            if (spins < SPINS_BEFORE_PARKING) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, PARK_NANOS);
            }
        }
    }

    void reset() {
        buffer.clear();
        beginAt(0);
        next = null;
        filledBytes.setRelease(0);
    }
}
