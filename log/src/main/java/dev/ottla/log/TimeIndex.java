package dev.ottla.log;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sparse: the largest timestamp so far (i64) and the last offset of the batch that has it, relative to the segment's base (i32). Both rise.
 */
final class TimeIndex {
    static final int ENTRY_BYTES = 12;

    /** @param relativeOffset of the batch with that timestamp */
    record Entry(long timestampMs, int relativeOffset) {
        static final Entry NONE = new Entry(-1, -1);
    }

    private final IndexFile entries;
    /** Of the last entry; the writer's. */
    private long lastTimestampMs = -1;

    TimeIndex(Files files, SegmentNames names, int fileEntries) {
        this.entries = new IndexFile(files, names, SegmentNames.TIME_INDEX, ENTRY_BYTES, fileEntries);
    }

    IndexFile file() {
        return entries;
    }

    /** One entry is left for the one that closing adds. */
    boolean isFull(int maxBytes) {
        return entries.entries() >= maxBytes / ENTRY_BYTES - 1;
    }

    void reset() {
        entries.reset();
        lastTimestampMs = -1;
    }

    /** Begins to write after the entries that the file has. */
    void resume() throws IOException {
        lastTimestampMs = last().timestampMs();
    }

    /** The same, for who has read the last of them. */
    void resume(long ofLastEntryMs) {
        lastTimestampMs = ofLastEntryMs;
    }

    /** Adds an entry when the timestamp is beyond the last one. */
    void append(long timestampMs, int relativeLastOffset) {
        if (timestampMs > lastTimestampMs) {
            entries.append(timestampMs, relativeLastOffset);
            lastTimestampMs = timestampMs;
        }
    }

    /** The relative offset of the last entry whose timestamp is at most {@code timestampMs}; -1 when there is none. */
    long offsetBefore(long timestampMs) throws IOException {
        return entries.floor(0, 8, timestampMs, 8, 4, -1);
    }

    /** {@link Entry#NONE} in an empty index. */
    Entry last() throws IOException {
        ByteBuffer last = entries.last();
        return last == null ? Entry.NONE : new Entry(last.getLong(0), last.getInt(8));
    }
}
