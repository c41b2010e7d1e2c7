package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads one group at a time into a buffer that grows as needed. */
final class GroupReader {
    private static final int FIRST_BYTES = 64 << 10;

    private final FileHandle handle;
    private final FileHeader file;
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES);

    GroupReader(FileHandle handle, FileHeader file) {
        this.handle = handle;
        this.file = file;
    }

    /** Whether a whole group of this file's present use begins at the position; then it is {@link #bytes}. */
    boolean read(long position) throws IOException {
        if (!readHeader(position) || !GroupHeader.belongsTo(bytes, file)) {
            return false;
        }
        long total = GroupHeader.totalBytes(GroupHeader.bodyBytes(bytes));
        if (GroupHeader.bodyBytes(bytes) <= 0 || position + total > file.capacityBytes()) {
            return false;
        }
        if (bytes.capacity() < total) {
            bytes = ByteBuffer.allocate(Math.toIntExact(total));
        }
        StoredFile.readFully(handle, bytes.clear().limit((int) total), position);
        return bytes.position() == total && isWhole((int) total);
    }

    private boolean isWhole(int total) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, GroupHeader.CRC_AT);
        crc.update(bytes.array(), GroupHeader.BYTES, total - GroupHeader.BYTES);
        return (int) crc.getValue() == GroupHeader.crc(bytes);
    }

    private boolean readHeader(long position) throws IOException {
        bytes.clear().limit(GroupHeader.BYTES);
        StoredFile.readFully(handle, bytes, position);
        boolean complete = !bytes.hasRemaining();
        bytes.clear();
        return complete;
    }

    /** Whether what is at the position looks like a group that was begun or has rotted. */
    boolean resemblesGroup(long position, long expectedLsn) throws IOException {
        return readHeader(position) && GroupHeader.resembles(bytes, file, expectedLsn);
    }

    /** The group that {@link #read} found: header and body from index 0. */
    ByteBuffer bytes() {
        return bytes;
    }
}
