package dev.ottla.log;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Where the last batches of the active segment end, so that reads near the tail need not look into files. One writer; readers take no lock
 * and notice when they were overtaken.
 */
final class RecentBatches {
    /** Nothing is known of what was asked. */
    static final int UNKNOWN = -1;

    private static final int KEPT = 64;

    /** Pairs: the last offset of a batch, the position after it. */
    private final AtomicLongArray slots = new AtomicLongArray(2 * KEPT);

    private volatile int count;

    /** After the batch's bytes are written, before they become visible. */
    void add(long lastOffset, int endPosition) {
        int before = count;
        int at = slot(before);
        slots.setPlain(at, lastOffset);
        slots.setPlain(at + 1, endPosition);
        count = before + 1;
    }

    /** The position of the first batch whose last offset is at least {@code offset}. */
    int startOf(long offset) {
        return endBefore(offset, 0);
    }

    /** The end of the last batch whose end is at most {@code position}. */
    int boundaryBefore(int position) {
        return endBefore(position, 1);
    }

    /** The end of the last batch whose offset is below the key, or whose end is not beyond it; it must have a successor in hand or be the last. */
    private int endBefore(long key, int field) {
        int added = count;
        int oldest = Math.max(0, added - KEPT + 1);
        for (int i = added - 1; i >= oldest; i--) {
            int at = slot(i);
            long value = slots.getPlain(at + field);
            if (field == 0 ? value < key : value <= key) {
                int end = (int) slots.getPlain(at + 1);
                VarHandle.acquireFence();
                return i > count - KEPT ? end : UNKNOWN;
            }
        }
        return UNKNOWN;
    }

    private static int slot(int index) {
        return 2 * (index % KEPT);
    }
}
