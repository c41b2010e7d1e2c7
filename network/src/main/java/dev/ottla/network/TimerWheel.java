package dev.ottla.network;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A hashed wheel: one slot a millisecond, about a second a turn; a timer beyond that stays in its slot for more turns. Adding and cancelling
 * are constant time, which long polls want (most are cancelled). Used on the loop's thread only. Timers never fire early.
 */
final class TimerWheel {
    private static final int SLOTS = 1024;
    private static final int MASK = SLOTS - 1;
    private static final long NANOS_PER_TICK = 1_000_000;

    private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
    private final long[] occupied = new long[SLOTS / 64];
    private final long originNanos;
    private long doneTick;
    private int size;

    TimerWheel(long nowNanos) {
        originNanos = nowNanos;
    }

    void add(Entry entry, long dueNanos) {
        long tick = Math.max(doneTick + 1, ticks(dueNanos + NANOS_PER_TICK - 1));
        int slot = (int) (tick & MASK);
        entry.tick = tick;
        entry.linked = true;
        entry.before = null;
        entry.after = slots[slot];
        if (entry.after != null) {
            entry.after.before = entry;
        }
        slots[slot] = entry;
        occupied[slot >> 6] |= 1L << slot;
        size++;
    }

    void remove(Entry entry) {
        if (!entry.linked) {
            return;
        }
        int slot = (int) (entry.tick & MASK);
        if (entry.before == null) {
            slots[slot] = entry.after;
        } else {
            entry.before.after = entry.after;
        }
        if (entry.after != null) {
            entry.after.before = entry.before;
        }
        if (slots[slot] == null) {
            occupied[slot >> 6] &= ~(1L << slot);
        }
        entry.before = null;
        entry.after = null;
        entry.linked = false;
        size--;
    }

    /** Hands out everything that is due. */
    void expire(long nowNanos, Consumer<Entry> action) {
        long nowTick = ticks(nowNanos);
        if (size == 0) {
            doneTick = Math.max(doneTick, nowTick);
            return;
        }
        // After a long pause one turn over all slots is enough: a slot's entries are compared with the time, not with
        // the turn.
        long from = Math.max(doneTick + 1, nowTick - MASK);
        doneTick = Math.max(doneTick, nowTick);
        for (long tick = from; tick <= nowTick; tick++) {
            int slot = (int) (tick & MASK);
            if ((occupied[slot >> 6] & 1L << slot) != 0) {
                expireSlot(slot, nowTick, action);
            }
        }
    }

    /** Milliseconds to wait before the next {@link #expire} can find something; -1 when there is nothing to wait for. */
    long delayMs(long nowNanos) {
        if (size == 0) {
            return -1;
        }
        for (int ahead = 1; ahead <= SLOTS; ) {
            int slot = (int) (doneTick + ahead & MASK);
            long word = occupied[slot >> 6] >>> slot;
            if (word != 0) {
                long tick = doneTick + ahead + Long.numberOfTrailingZeros(word);
                long waitNanos = originNanos + tick * NANOS_PER_TICK - nowNanos;
                return Math.max(0, (waitNanos + NANOS_PER_TICK - 1) / NANOS_PER_TICK);
            }
            ahead += 64 - (slot & 63);
        }
        return -1;
    }

    int size() {
        return size;
    }

    private void expireSlot(int slot, long nowTick, Consumer<Entry> action) {
        // The actions may add and remove timers, so the due ones are taken out first.
        Entry due = null;
        for (Entry entry = slots[slot]; entry != null; ) {
            Entry next = entry.after;
            if (entry.tick <= nowTick) {
                remove(entry);
                entry.after = due;
                due = entry;
            }
            entry = next;
        }
        while (due != null) {
            Entry next = due.after;
            due.after = null;
            action.accept(due);
            due = next;
        }
    }

    private long ticks(long nanos) {
        return Math.floorDiv(nanos - originNanos, NANOS_PER_TICK);
    }

    /** What hangs in the wheel. */
    static class Entry {
        private long tick;
        private boolean linked;
        private @Nullable Entry before;
        private @Nullable Entry after;
    }
}
