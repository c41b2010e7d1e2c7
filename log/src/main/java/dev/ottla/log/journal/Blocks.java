package dev.ottla.log.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A journal file is written in blocks, so that one that holds acknowledged bytes is never written again. */
final class Blocks {
    static final int BYTES = 4096;

    private Blocks() {}

    static long roundUp(long bytes) {
        return (bytes + BYTES - 1) & -BYTES;
    }

    /** CRC32C of a range; the buffer's position and limit stay. */
    static int crc(ByteBuffer buffer, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }
}
