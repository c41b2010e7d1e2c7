package dev.ottla.log;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Small direct buffers for looking into files, reused by whatever thread looks. */
final class ScratchBuffers {
    static final int SIZE_BYTES = 4096;

    /** Kept for reuse; more exist only while more threads look at once. */
    private static final int KEPT = 64;

    private static final ConcurrentLinkedQueue<ByteBuffer> FREE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private ScratchBuffers() {}

    static ByteBuffer take() {
        ByteBuffer buffer = FREE.poll();
        if (buffer == null) {
            return ByteBuffer.allocateDirect(SIZE_BYTES);
        }
        COUNT.decrementAndGet();
        return buffer.clear();
    }

    static void giveBack(ByteBuffer buffer) {
        if (COUNT.incrementAndGet() <= KEPT) {
            FREE.add(buffer);
        } else {
            COUNT.decrementAndGet();
        }
    }
}
