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

    private final byte[] scratch = new byte[MAX_KEPT_BYTES];
    private final @Nullable String[] names = new String[SLOTS];
    private final @Nullable TopicId[] ids = new TopicId[SLOTS];

    String name(ByteBuffer buffer, int at, int length) {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + buffer.get(at + i);
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        String known = names[slot];
        if (known != null && same(known, buffer, at, length)) {
            return known;
        }
        byte[] bytes = length <= MAX_KEPT_BYTES ? scratch : new byte[length];
        buffer.get(at, bytes, 0, length);
        String name = new String(bytes, 0, length, StandardCharsets.UTF_8);
        if (length <= MAX_KEPT_BYTES) {
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

    /** Whether the text is these bytes; never for text beyond ASCII, which no topic that exists has. */
    private static boolean same(String known, ByteBuffer buffer, int at, int length) {
        if (known.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = known.charAt(i);
            if (c >= 0x80 || c != buffer.get(at + i)) {
                return false;
            }
        }
        return true;
    }
}
