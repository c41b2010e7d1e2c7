package dev.ottla.base;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * A topic's identity for life (KIP-516): a re-created topic of the same name has another one. Two longs, as Kafka's Uuid on
 * the wire; its text is URL-safe base64 without padding, as in {@code partition.metadata}.
 */
public record TopicId(long mostSignificantBits, long leastSignificantBits) implements Comparable<TopicId> {
    /** "No id": what clients of the name-based versions send. */
    public static final TopicId ZERO = new TopicId(0, 0);

    /** A fresh random id: never {@link #ZERO}, never starting with a dash (tools would read it as an option). */
    public static TopicId random(RandomSource random) {
        while (true) {
            long most = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
            long least = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
            TopicId id = new TopicId(most, least);
            if (!id.toString().startsWith("-")) {
                return id;
            }
        }
    }

    /**
     * Reads the base64 text.
     *
     * @throws IllegalArgumentException when it is not base64 of 16 bytes
     */
    public static TopicId parse(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != 16) {
            throw new IllegalArgumentException("A topic id is 16 bytes in base64, not " + bytes.length + ": " + text);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new TopicId(buffer.getLong(), buffer.getLong());
    }

    public boolean isZero() {
        return mostSignificantBits == 0 && leastSignificantBits == 0;
    }

    @Override
    public int compareTo(TopicId other) {
        int most = Long.compare(mostSignificantBits, other.mostSignificantBits);
        return most != 0 ? most : Long.compare(leastSignificantBits, other.leastSignificantBits);
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(mostSignificantBits)
                .putLong(leastSignificantBits)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
