package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A journal file that replay would need. */
record StoredFile(Path path, FileHeader header) {
    private static final String SUFFIX = ".journal";
    private static final int NAME_DIGITS = 20;

    static Path path(Path folder, long generation) {
        String digits = Long.toString(generation);
        return folder.resolve("0".repeat(NAME_DIGITS - digits.length()) + digits + SUFFIX);
    }

    /** The generation in a file's name; -1 when it is no journal file's. */
    static long generation(Path path) {
        String name = String.valueOf(path.getFileName());
        if (name.length() != NAME_DIGITS + SUFFIX.length() || !name.endsWith(SUFFIX)) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(0, NAME_DIGITS));
        } catch (NumberFormatException otherName) {
            return -1;
        }
    }

    /** Reads a file's header and looks whether it belongs to the name. */
    static StoredFile read(Files files, Path path) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
        long size;
        try (FileHandle handle = files.openReadOnly(path)) {
            readFully(handle, block, 0);
            size = handle.size();
        }
        FileHeader header = FileHeader.decode(path, block.flip());
        if (header.generation() != generation(path)) {
            throw new DamagedJournalException(
                    path, 0, header.firstLsn(), "its header says that it is of generation " + header.generation());
        }
        if (size < header.capacityBytes()) {
            throw new DamagedJournalException(
                    path,
                    size,
                    header.firstLsn(),
                    "it was written with " + header.capacityBytes() + " bytes and has " + size);
        }
        return new StoredFile(path, header);
    }

    /** Fills the buffer as far as the file goes. */
    static void readFully(FileHandle handle, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = handle.read(target, at);
            if (count < 0) {
                return;
            }
            at += count;
        }
    }
}
