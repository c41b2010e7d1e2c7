package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import dev.ottla.base.FileWindow;
import java.io.IOException;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads one group at a time, in a file. */
final class GroupReader {
    private static final int WINDOW_BYTES = 512 << 10;

    private final FileWindow window;
    private final CRC32C crc = new CRC32C();
    private final FileHeader file;
    private ByteBuffer group = ByteBuffer.allocate(0);

    /** @param memory given back when no more groups are wanted */
    GroupReader(SegmentAllocator memory, FileHandle handle, FileHeader file) {
        this.window = new FileWindow(memory, WINDOW_BYTES, handle, file.capacityBytes());
        this.file = file;
    }

    /** Whether a whole group of this file's present use begins at the position; then it is {@link #bytes}. */
    boolean read(long position) throws IOException {
        if (!showHeader(position) || !GroupHeader.belongsTo(group, file)) {
            return false;
        }
        long total = GroupHeader.totalBytes(GroupHeader.bodyBytes(group));
        if (GroupHeader.bodyBytes(group) <= 0 || position + total > file.capacityBytes()) {
            return false;
        }
        return show(position, Math.toIntExact(total)) && isWhole();
    }

    private boolean show(long position, int bytes) throws IOException {
        boolean shown = window.show(position, bytes);
        if (shown) {
            group = window.bytes().slice(window.indexOf(position), bytes);
        }
        return shown;
    }

    private boolean isWhole() {
        crc.reset();
        crc.update(group.duplicate().limit(GroupHeader.CRC_AT));
        crc.update(group.duplicate().position(GroupHeader.BYTES));
        return (int) crc.getValue() == GroupHeader.crc(group);
    }

    private boolean showHeader(long position) throws IOException {
        return show(position, GroupHeader.BYTES);
    }

    /** Whether what is at the position looks like a group that was begun or has rotted. */
    boolean resemblesGroup(long position, long expectedLsn) throws IOException {
        return showHeader(position) && GroupHeader.resembles(group, file, expectedLsn);
    }

    /** The group that {@link #read} found: header and body from index 0; until the next one is looked for. */
    ByteBuffer bytes() {
        return group;
    }
}
