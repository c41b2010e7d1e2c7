package dev.ottla.log;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sparse: the last offset of a batch, relative to the segment's base (i32), and the position of its first byte (i32). */
final class OffsetIndex {
    static final int ENTRY_BYTES = 8;

    /** In the place of an entry. */
    static final long NONE = -1;

    private final IndexFile entries;

    OffsetIndex(Files files, SegmentNames names, int fileEntries) {
        this.entries = new IndexFile(files, names, SegmentNames.INDEX, ENTRY_BYTES, fileEntries);
    }

    IndexFile file() {
        return entries;
    }

    boolean isFull(int maxBytes) {
        return entries.entries() >= maxBytes / ENTRY_BYTES;
    }

    void append(int relativeLastOffset, int position) {
        entries.append(relativeLastOffset, position);
    }

    /** The last entry with a batch that ends at or below {@code relativeOffset}, as the file has it; or {@link #NONE}. */
    long before(long relativeOffset) throws IOException {
        return entries.floor(0, 4, relativeOffset, 0, 8, NONE);
    }

    /** The last entry with a batch that begins at or before {@code position}; or {@link #NONE}. */
    long atMost(int position) throws IOException {
        return entries.floor(4, 4, position, 0, 8, NONE);
    }

    static int relativeOffsetOf(long entry) {
        return (int) (entry >>> 32);
    }

    static int positionOf(long entry) {
        return (int) entry;
    }

    /** The position in the last entry; 0 when there is none. */
    int lastPosition() throws IOException {
        ByteBuffer last = entries.last();
        return last == null ? 0 : last.getInt(4);
    }
}
