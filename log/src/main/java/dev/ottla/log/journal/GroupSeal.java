package dev.ottla.log.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Turns staged chunks into a group: header, padding, checksum. */
final class GroupSeal {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(Blocks.BYTES);

    private final CRC32C crc = new CRC32C();

    /** All copies into the chunks must be done. */
    void seal(StagedGroup group, FileHeader file, long durableLsn) {
        StagingChunk last = group.lastChunk();
        int padding = (int) Blocks.roundUp(last.end) - last.end;
        last.buffer.clear().put(last.end, ZEROS, 0, padding);
        last.end += padding;
        ByteBuffer head = group.firstChunk().buffer.clear();
        GroupHeader.put(head, file, group.firstLsn(), durableLsn, group.entries(), Math.toIntExact(group.bodyBytes()));
        crc.reset();
        crc.update(head.limit(GroupHeader.CRC_AT).position(0));
        for (StagingChunk chunk = group.firstChunk(); chunk != null; chunk = chunk.next) {
            crc.update(chunk.buffer.limit(chunk.end).position(chunk.begin));
        }
        head.clear().putInt(GroupHeader.CRC_AT, (int) crc.getValue());
    }
}
