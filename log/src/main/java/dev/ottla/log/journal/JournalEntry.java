package dev.ottla.log.journal;

import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** One entry as replay shows it: a view that moves on when the visitor returns. */
public final class JournalEntry {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private long lsn;
    private EntryKind kind = EntryKind.LEAVE;
    private TopicId topic = TopicId.ZERO;
    private int partition;
    private long offset;
    private ByteBuffer payload = NOTHING;
    private Path file = Path.of("");
    private long position;

    JournalEntry() {}

    /** Moves to the entry at an index of a whole group; false when it is of no known kind. */
    boolean show(ByteBuffer source, int at, long newLsn) {
        EntryKind found = EntryKind.of(EntryFormat.kind(source, at));
        if (found == null) {
            return false;
        }
        lsn = newLsn;
        kind = found;
        topic = EntryFormat.topic(source, at);
        partition = EntryFormat.partition(source, at);
        offset = EntryFormat.offset(source, at);
        payload = source.slice(at + EntryFormat.HEADER_BYTES, EntryFormat.payloadBytes(source, at));
        return true;
    }

    void standsIn(Path newFile, long newPosition) {
        file = newFile;
        position = newPosition;
    }

    public long lsn() {
        return lsn;
    }

    public EntryKind kind() {
        return kind;
    }

    public TopicId topic() {
        return topic;
    }

    public int partition() {
        return partition;
    }

    /** See {@link EntryKind} for what it means. */
    public long offset() {
        return offset;
    }

    /** The batch of an APPEND from position 0 to the limit, big-endian; empty for the others. Valid during the call. */
    public ByteBuffer payload() {
        return payload;
    }

    public Path file() {
        return file;
    }

    /** Where in the file the entry begins. */
    public long position() {
        return position;
    }
}
