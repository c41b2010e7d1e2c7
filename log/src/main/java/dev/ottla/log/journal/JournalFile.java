package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import java.io.IOException;

/** The file that is being written. One writer; the position may be read by anyone. */
final class JournalFile {
    private final FileHandle handle;
    private final FileHeader header;
    private volatile long position = Blocks.BYTES;

    JournalFile(FileHandle handle, FileHeader header) {
        this.handle = handle;
        this.header = header;
    }

    FileHeader header() {
        return header;
    }

    long position() {
        return position;
    }

    boolean hasRoomFor(long groupBytes) {
        return position + groupBytes <= header.capacityBytes();
    }

    boolean isHalfFull() {
        return position > header.capacityBytes() / 2;
    }

    /** Writes a sealed group; durable after {@link #force}. */
    void write(StagedGroup group) throws IOException {
        long at = position;
        for (StagingChunk chunk = group.firstChunk(); chunk != null; chunk = chunk.next) {
            handle.write(chunk.buffer.limit(chunk.end).position(0), at);
            at += chunk.end;
        }
        position = at;
    }

    void force() throws IOException {
        handle.force(false);
    }

    void close() throws IOException {
        handle.close();
    }
}
