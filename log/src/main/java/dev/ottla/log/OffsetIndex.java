package dev.ottla.log;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.Path;

/** Sparse: the last offset of a batch, relative to the segment's base (i32), and the position of its first byte (i32). */
final class OffsetIndex {
    static final int ENTRY_BYTES = 8;

    private final IndexFile entries;

    OffsetIndex(Files files, Path path, int fileEntries) {
        this.entries = new IndexFile(files, path, ENTRY_BYTES, fileEntries);
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

    /** Where to begin to look for an offset: every batch before that position ends below it. */
    int positionBefore(long relativeOffset) throws IOException {
        return (int) entries.floor(0, 4, relativeOffset, 4, 4, 0);
    }

    /** The largest indexed beginning of a batch at or before {@code position}; 0 when there is none. */
    int boundaryBefore(int position) throws IOException {
        return (int) entries.floor(4, 4, position, 4, 4, 0);
    }

    /** The position in the last entry; 0 when there is none. */
    int lastPosition() throws IOException {
        return (int) entries.last(4, 4, 0);
    }
}
