package dev.ottla.log.journal;

import java.nio.ByteBuffer;

/**
 * What begins a group, at a block's beginning: magic i32, generation i64, salt i64, first LSN i64, LSN known durable i64, entry count i32, body bytes
 * i32, 16 zeros, CRC32C i32 over all before it and the body with its padding. The body follows, padded with zeros to a whole block.
 */
final class GroupHeader {
    static final int BYTES = 64;
    static final int CRC_AT = BYTES - Integer.BYTES;

    private static final int MAGIC = 0x4F544C47;
    private static final int GENERATION_AT = 4;
    private static final int SALT_AT = 12;
    private static final int FIRST_LSN_AT = 20;
    private static final int DURABLE_LSN_AT = 28;
    private static final int ENTRIES_AT = 36;
    private static final int BODY_BYTES_AT = 40;

    private GroupHeader() {}

    static void put(ByteBuffer at0, FileHeader file, long firstLsn, long durableLsn, int entries, int bodyBytes) {
        at0.putInt(0, MAGIC)
                .putLong(GENERATION_AT, file.generation())
                .putLong(SALT_AT, file.salt())
                .putLong(FIRST_LSN_AT, firstLsn)
                .putLong(DURABLE_LSN_AT, durableLsn)
                .putInt(ENTRIES_AT, entries)
                .putInt(BODY_BYTES_AT, bodyBytes)
                .putLong(BODY_BYTES_AT + 4, 0)
                .putLong(BODY_BYTES_AT + 12, 0);
    }

    /** Whether it was written to this file in its present use, and not left by an earlier one. */
    static boolean belongsTo(ByteBuffer at0, FileHeader file) {
        return at0.getInt(0) == MAGIC
                && at0.getLong(GENERATION_AT) == file.generation()
                && at0.getLong(SALT_AT) == file.salt();
    }

    /** Whether what is not a whole group looks like one that was begun or has rotted, rather than like a place never written to. */
    static boolean resembles(ByteBuffer at0, FileHeader file, long expectedLsn) {
        int alike = 0;
        alike += at0.getInt(0) == MAGIC ? 1 : 0;
        alike += at0.getLong(GENERATION_AT) == file.generation() ? 1 : 0;
        alike += at0.getLong(SALT_AT) == file.salt() ? 1 : 0;
        alike += at0.getLong(FIRST_LSN_AT) == expectedLsn ? 1 : 0;
        return alike >= 2;
    }

    static long firstLsn(ByteBuffer at0) {
        return at0.getLong(FIRST_LSN_AT);
    }

    static int entries(ByteBuffer at0) {
        return at0.getInt(ENTRIES_AT);
    }

    static int bodyBytes(ByteBuffer at0) {
        return at0.getInt(BODY_BYTES_AT);
    }

    static int crc(ByteBuffer at0) {
        return at0.getInt(CRC_AT);
    }

    /** Bytes on the disk: header, body and padding. */
    static long totalBytes(long bodyBytes) {
        return Blocks.roundUp(BYTES + bodyBytes);
    }
}
