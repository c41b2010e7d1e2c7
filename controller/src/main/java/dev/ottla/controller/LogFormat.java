package dev.ottla.controller;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How the files of the local metadata log look. Numbers are big-endian.
 *
 * <pre>
 * log      := header entry*
 * snapshot := header entry
 * header   := magic (8 bytes) version (int) sequence (long) crc (int, of what stands before it)
 * entry    := length (int, of the payload) sequence (long) payload crc (int) crc (int, of what stands before it) payload
 * payload  := events, see EventCodec
 * </pre>
 *
 * A log's header has the sequence of its first entry; a snapshot's has that of the first entry that it does not hold. Each force of the
 * log makes one entry.
 */
final class LogFormat {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 24;
    static final int ENTRY_HEADER_BYTES = 20;

    /** A bound against nonsense; a request of the largest size makes less. */
    static final int MAX_PAYLOAD_BYTES = 256 << 20;

    static final long LOG_MAGIC = 0x4F74_746C_614C_6F67L; // OttlaLog
    static final long SNAPSHOT_MAGIC = 0x4F74_746C_6153_6E61L; // OttlaSna

    /** An entry's header that has the right CRC. */
    record EntryHeader(int length, long sequence, int payloadCrc) {}

    private LogFormat() {}

    static byte[] header(long magic, long sequence) {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES);
        buffer.putLong(magic).putInt(VERSION).putLong(sequence);
        return buffer.putInt(crc(buffer, 0, HEADER_BYTES - 4)).array();
    }

    /** A whole entry, ready to be written. */
    static ByteBuffer entry(long sequence, byte[] payload) {
        ByteBuffer buffer = ByteBuffer.allocate(ENTRY_HEADER_BYTES + payload.length);
        buffer.putInt(payload.length).putLong(sequence).putInt(crc(ByteBuffer.wrap(payload), 0, payload.length));
        buffer.putInt(crc(buffer, 0, ENTRY_HEADER_BYTES - 4));
        return buffer.put(payload).flip();
    }

    /**
     * Checks a file's header.
     *
     * @return its sequence
     * @throws IOException when it is of another kind or version, or damaged
     */
    static long readHeader(Path file, ByteBuffer content, long magic) throws IOException {
        if (content.limit() < HEADER_BYTES) {
            throw new IOException(file + " is damaged: it has " + content.limit() + " bytes, less than its header");
        }
        if (content.getLong(0) != magic) {
            throw new IOException(file + " is not a metadata file of Ottla, or its header is damaged");
        }
        int version = content.getInt(8);
        if (version != VERSION) {
            throw new IOException(file + " has format version " + version + "; this Ottla knows version " + VERSION
                    + " only. Start the Ottla that wrote it, or a newer one.");
        }
        if (content.getInt(HEADER_BYTES - 4) != crc(content, 0, HEADER_BYTES - 4)) {
            throw new IOException(file + " is damaged: its header has a wrong checksum");
        }
        return content.getLong(12);
    }

    /** The entry header at a position, or null when there is none with a right CRC. */
    static @Nullable EntryHeader entryHeader(ByteBuffer content, int position) {
        if (content.limit() - position < ENTRY_HEADER_BYTES) {
            return null;
        }
        int length = content.getInt(position);
        int expected = content.getInt(position + ENTRY_HEADER_BYTES - 4);
        if (length <= 0 || length > MAX_PAYLOAD_BYTES || expected != crc(content, position, ENTRY_HEADER_BYTES - 4)) {
            return null;
        }
        return new EntryHeader(length, content.getLong(position + 4), content.getInt(position + 12));
    }

    static int crc(ByteBuffer content, int position, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content.array(), content.arrayOffset() + position, length);
        return (int) crc.getValue();
    }
}
