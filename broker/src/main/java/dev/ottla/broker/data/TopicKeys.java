package dev.ottla.broker.data;

import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns a topic's name or id in a frame into an object without making a new one each time: requests name the same few topics over and
 * over. A fixed number of slots, the latest comer wins; a miss only costs the object. One instance a thread.
 */
final class TopicKeys {
    private static final int SLOTS = 1 << 10;
    /** The longest name a topic may have; longer text is not worth keeping. */
    private static final int MAX_KEPT_BYTES = 249;

    private final byte[] @Nullable [] nameBytes = new byte[SLOTS][];
    private final @Nullable String[] names = new String[SLOTS];
    private final @Nullable TopicId[] ids = new TopicId[SLOTS];

    String name(ByteBuffer buffer, int at, int length) {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + buffer.get(at + i);
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        byte[] kept = nameBytes[slot];
        String known = names[slot];
        if (known != null && kept != null && same(kept, buffer, at, length)) {
            return known;
        }
        byte[] fresh = new byte[length];
        buffer.get(at, fresh);
        String name = new String(fresh, StandardCharsets.UTF_8);
        if (length <= MAX_KEPT_BYTES) {
            nameBytes[slot] = fresh;
            names[slot] = name;
        }
        return name;
    }

    TopicId id(long mostSignificantBits, long leastSignificantBits) {
        int slot = Long.hashCode(mostSignificantBits * 31 + leastSignificantBits) & (SLOTS - 1);
        TopicId known = ids[slot];
        if (known != null
                && known.mostSignificantBits() == mostSignificantBits
                && known.leastSignificantBits() == leastSignificantBits) {
            return known;
        }
        TopicId fresh = new TopicId(mostSignificantBits, leastSignificantBits);
        ids[slot] = fresh;
        return fresh;
    }

    private static boolean same(byte[] kept, ByteBuffer buffer, int at, int length) {
        if (kept.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (kept[i] != buffer.get(at + i)) {
                return false;
            }
        }
        return true;
    }
}
