package dev.ottla.log.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The first block of a journal file: magic i32, version i32, generation i64, salt i64, capacity i64, first LSN i64, zeros, and in the last four
 * bytes the block's CRC32C (there in every version). The salt is random and in every group too: a client's bytes cannot be taken for a group.
 *
 * @param capacityBytes the file's size, this block counted
 * @param firstLsn of the first entry that was or will be written to it
 */
record FileHeader(long generation, long salt, long capacityBytes, long firstLsn) {
    private static final int MAGIC = 0x4F544C4A;
    private static final int VERSION = 1;
    private static final int CRC_AT = Blocks.BYTES - Integer.BYTES;

    ByteBuffer encode() {
        ByteBuffer block = Blocks.allocate(Blocks.BYTES);
        block.putInt(MAGIC)
                .putInt(VERSION)
                .putLong(generation)
                .putLong(salt)
                .putLong(capacityBytes)
                .putLong(firstLsn);
        return block.putInt(CRC_AT, Blocks.crc(block, 0, CRC_AT)).rewind();
    }

    static FileHeader decode(Path file, ByteBuffer block) throws IOException {
        if (block.limit() < Blocks.BYTES || block.getInt(CRC_AT) != Blocks.crc(block, 0, CRC_AT)) {
            throw new DamagedJournalException(file, 0, 0, "its header does not have the checksum it was written with");
        }
        if (block.getInt(0) != MAGIC) {
            throw new DamagedJournalException(file, 0, 0, "it does not begin as a journal file");
        }
        if (block.getInt(4) != VERSION) {
            throw new IOException("The journal file " + file + " has format version " + block.getInt(4)
                    + "; this program knows " + VERSION + ". Start the version of Ottla that wrote it");
        }
        return new FileHeader(block.getLong(8), block.getLong(16), block.getLong(24), block.getLong(32));
    }
}
