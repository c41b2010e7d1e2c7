package dev.ottla.log.journal;

import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;

/** An entry within a group: kind i8, topic id 16 bytes, partition i32, offset i64, payload bytes i32, payload. */
final class EntryFormat {
    static final int HEADER_BYTES = 33;

    private EntryFormat() {}

    static void put(
            ByteBuffer target, int at, EntryKind kind, TopicId topic, int partition, long offset, int payloadBytes) {
        target.put(at, kind.code())
                .putLong(at + 1, topic.mostSignificantBits())
                .putLong(at + 9, topic.leastSignificantBits())
                .putInt(at + 17, partition)
                .putLong(at + 21, offset)
                .putInt(at + 29, payloadBytes);
    }

    static byte kind(ByteBuffer source, int at) {
        return source.get(at);
    }

    static TopicId topic(ByteBuffer source, int at) {
        return new TopicId(source.getLong(at + 1), source.getLong(at + 9));
    }

    static int partition(ByteBuffer source, int at) {
        return source.getInt(at + 17);
    }

    static long offset(ByteBuffer source, int at) {
        return source.getLong(at + 21);
    }

    static int payloadBytes(ByteBuffer source, int at) {
        return source.getInt(at + 29);
    }
}
