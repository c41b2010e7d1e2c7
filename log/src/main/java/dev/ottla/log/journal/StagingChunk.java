package dev.ottla.log.journal;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A piece of direct memory that entries are copied into by several threads at once: room for a group header, data, and room to pad the last block,
 * so that it is written as it lies. Claims are made under the staging's lock, copies outside of it.
 */
final class StagingChunk {
    private static final int SPINS_BEFORE_PARKING = 1000;
    private static final long PARK_NANOS = 1000;

    final ByteBuffer buffer;
    /** Where data must end. */
    final int dataLimit;
    /** Where claimed data ends. */
    int end = GroupHeader.BYTES;

    @Nullable
    StagingChunk next;

    private final AtomicInteger filledBytes = new AtomicInteger();

    StagingChunk(int dataBytes) {
        this.dataLimit = GroupHeader.BYTES + dataBytes;
        this.buffer = ByteBuffer.allocateDirect(dataLimit + Blocks.BYTES);
    }

    int room() {
        return dataLimit - end;
    }

    /** The claimer has copied so many bytes. */
    void filled(int bytes) {
        filledBytes.addAndGet(bytes);
    }

    /** Waits for the copies under way: each is a memcpy by a thread that runs. */
    void awaitFilled() {
        for (int spins = 0; filledBytes.get() != end - GroupHeader.BYTES; spins++) {
            if (spins < SPINS_BEFORE_PARKING) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, PARK_NANOS);
            }
        }
    }

    void reset() {
        buffer.clear();
        end = GroupHeader.BYTES;
        next = null;
        filledBytes.setRelease(0);
    }
}
