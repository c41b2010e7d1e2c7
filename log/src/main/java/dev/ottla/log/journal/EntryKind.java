package dev.ottla.log.journal;

import org.jspecify.annotations.Nullable;

/** What a journal entry says about its partition. The wire code is part of the file format. */
public enum EntryKind {
    /** From here on the partition is journaled; all of it below the entry's offset is forced in its segments. Voids its earlier entries. */
    JOIN(1),
    /** A batch with its offsets and leader epoch assigned; the entry's offset is its base offset. */
    APPEND(2),
    /** The log now ends at the entry's offset. */
    TRUNCATE(3),
    /** The log now begins at the entry's offset. */
    LOG_START(4),
    /** Deleted, moved to another folder, or no longer journaled: its earlier entries are void. */
    LEAVE(5);

    private static final EntryKind[] KINDS = values();

    private final byte code;

    EntryKind(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static @Nullable EntryKind of(byte code) {
        return code >= 1 && code <= KINDS.length ? KINDS[code - 1] : null;
    }
}
