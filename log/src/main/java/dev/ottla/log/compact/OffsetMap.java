package dev.ottla.log.compact;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The last offset of each key in the dirty part of a log. Open addressing in memory outside the heap, which {@link #close} gives back; 24 bytes
 * a slot: the key's 128-bit hash, and its offset plus one (0 for an empty slot). Keys are known by their hashes alone, as in Apache Kafka; a salt
 * keeps clients from preparing keys that collide. One thread, the one that made it.
 */
public final class OffsetMap implements AutoCloseable {
    public static final int SLOT_BYTES = 24;

    /** What {@link #get} answers for a key that was not put. */
    public static final long NONE = -1;

    private static final int HASH_BYTES = 16;
    private static final long MIN_SLOTS = 64;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment table;
    private final long slots;
    private final long maxEntries;
    private final MessageDigest digest;
    private final byte[] salt;
    private final byte[] hash = new byte[HASH_BYTES];
    private final ByteBuffer hashWords = ByteBuffer.wrap(hash);
    private long entries;
    private long latestOffset = NONE;

    /**
     * @param keys how many there may be; a bound above is enough
     * @param maxBytes the most memory that the map may take; with less than the keys need it will be {@link #isFull full} before the end
     * @param loadFactor the part of the slots that is filled at most
     */
    public OffsetMap(long keys, long maxBytes, double loadFactor, long salt) {
        double factor = Math.clamp(loadFactor, 0.05, 1.0);
        long wanted = (long) Math.ceil(keys / factor) + 1;
        this.slots = Math.max(MIN_SLOTS, Math.min(wanted, maxBytes / SLOT_BYTES));
        this.maxEntries = Math.max(1, Math.min((long) (slots * factor), slots - 1));
        this.table = arena.allocate(slots * SLOT_BYTES, Long.BYTES);
        this.salt = ByteBuffer.allocate(Long.BYTES).putLong(salt).array();
        try {
            this.digest = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has MD5", impossible);
        }
    }

    /** Whether no further key may be put. */
    public boolean isFull() {
        return entries >= maxEntries;
    }

    public long size() {
        return entries;
    }

    public long memoryBytes() {
        return slots * SLOT_BYTES;
    }

    /** Everything up to here has been looked at; {@link #NONE} at first. */
    public long latestOffset() {
        return latestOffset;
    }

    /** Records that all up to {@code offset} has been looked at, keys or not. */
    public void reach(long offset) {
        latestOffset = Math.max(latestOffset, offset);
    }

    /** Records the key of {@code size} bytes at {@code at}; its offset must be above all put before. Not when full. */
    public void put(ByteBuffer buffer, int at, int size, long offset) {
        if (isFull()) {
            throw new IllegalStateException("The offset map is full");
        }
        long slot = find(buffer, at, size);
        if (offsetIn(slot) == NONE) {
            table.set(ValueLayout.JAVA_LONG, slot, hashWords.getLong(0));
            table.set(ValueLayout.JAVA_LONG, slot + Long.BYTES, hashWords.getLong(Long.BYTES));
            entries++;
        }
        table.set(ValueLayout.JAVA_LONG, slot + HASH_BYTES, offset + 1);
        reach(offset);
    }

    /** The last offset that was put for the key of {@code size} bytes at {@code at}; {@link #NONE} without one. */
    public long get(ByteBuffer buffer, int at, int size) {
        return offsetIn(find(buffer, at, size));
    }

    private long offsetIn(long slot) {
        return table.get(ValueLayout.JAVA_LONG, slot + HASH_BYTES) - 1;
    }

    /** Where the key's slot begins, or the empty one that it would take. */
    private long find(ByteBuffer buffer, int at, int size) {
        hash(buffer, at, size);
        long high = hashWords.getLong(0);
        long low = hashWords.getLong(Long.BYTES);
        long index = Long.remainderUnsigned(high, slots);
        while (true) {
            long slot = index * SLOT_BYTES;
            if (offsetIn(slot) == NONE
                    || (table.get(ValueLayout.JAVA_LONG, slot) == high
                            && table.get(ValueLayout.JAVA_LONG, slot + Long.BYTES) == low)) {
                return slot;
            }
            index = index + 1 == slots ? 0 : index + 1;
        }
    }

    private void hash(ByteBuffer buffer, int at, int size) {
        digest.update(salt);
        int oldPosition = buffer.position();
        int oldLimit = buffer.limit();
        buffer.limit(at + size).position(at);
        digest.update(buffer);
        buffer.limit(oldLimit).position(oldPosition);
        try {
            digest.digest(hash, 0, HASH_BYTES);
        } catch (DigestException impossible) {
            throw new IllegalStateException("MD5 has 16 bytes", impossible);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
