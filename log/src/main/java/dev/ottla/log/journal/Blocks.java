package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A journal file is written in blocks, so that one that holds acknowledged bytes is never written again. */
final class Blocks {
    static final int BYTES = FileHandle.DIRECT_BLOCK_BYTES;

    private Blocks() {}

    static long roundUp(long bytes) {
        return (bytes + BYTES - 1) & -BYTES;
    }

    /** Zeroed memory that begins where a direct write may begin; a multiple of a block. */
    static ByteBuffer allocate(int bytes) {
        int whole = Math.toIntExact(roundUp(bytes));
        return ByteBuffer.allocateDirect(whole + BYTES).alignedSlice(BYTES).slice(0, whole);
    }

    /** CRC32C of a range; the buffer's position and limit stay. */
    static int crc(ByteBuffer buffer, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }
}
