package dev.ottla.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Gzip members (RFC 1952), one after the other; bytes after the last that are no member are ignored, as by the JDK's reader. */
final class GzipDecoder implements Decoder {
    private static final int MAGIC = 0x1F8B;
    private static final int DEFLATE = 8;
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int HEADER_CHECKSUM = 0x02;
    private static final int EXTRA = 0x04;
    private static final int NAME = 0x08;
    private static final int COMMENT = 0x10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Inflater inflater = new Inflater(true);
    private final CRC32 contentCrc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private final ByteBuffer piece = ByteBuffer.allocateDirect(RecordLimits.PIECE_BYTES);
    private ByteBuffer source = NOTHING;
    private int at;
    private int end;
    private boolean finished;

    @Override
    public void open(ByteBuffer source, int from, int to) {
        this.source = source;
        at = from;
        end = to;
        finished = false;
        startMember();
    }

    private void startMember() {
        readHeader();
        inflater.reset();
        contentCrc.reset();
    }

    private void readHeader() {
        int headerAt = at;
        need(HEADER_BYTES);
        if ((source.getShort(at) & 0xFFFF) != MAGIC || source.get(at + 2) != DEFLATE) {
            throw Refusals.undecodable("Not gzip");
        }
        int flags = source.get(at + 3);
        at += HEADER_BYTES;
        if ((flags & EXTRA) != 0) {
            need(2);
            int size = Short.reverseBytes(source.getShort(at)) & 0xFFFF;
            at += 2;
            need(size);
            at += size;
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            need(2);
            headerCrc.reset();
            update(headerCrc, source, headerAt, at);
            if ((short) headerCrc.getValue() != Short.reverseBytes(source.getShort(at))) {
                throw Refusals.undecodable("A gzip header does not match its checksum");
            }
            at += 2;
        }
    }

    private void skipText() {
        do {
            need(1);
        } while (source.get(at++) != 0);
    }

    private void need(int bytes) {
        if (end - at < bytes) {
            throw Refusals.undecodable("Gzip data is cut off");
        }
    }

    @Override
    public @Nullable ByteBuffer next() {
        while (!finished) {
            piece.clear();
            inflate();
            if (piece.position() > 0) {
                piece.flip();
                update(contentCrc, piece, 0, piece.limit());
                return piece;
            }
            if (inflater.finished()) {
                readTrailer();
            }
        }
        return null;
    }

    private void inflate() {
        if (inflater.finished()) {
            return;
        }
        int oldPosition = source.position();
        int oldLimit = source.limit();
        source.limit(end).position(at);
        try {
            inflater.setInput(source);
            inflater.inflate(piece);
            at = source.position();
        } catch (DataFormatException e) {
            throw Refusals.undecodable("Gzip data cannot be decompressed: " + e.getMessage());
        } finally {
            source.limit(oldLimit).position(oldPosition);
        }
        if (piece.position() == 0 && !inflater.finished()) {
            throw Refusals.undecodable("Gzip data is cut off or wants a dictionary");
        }
    }

    private void readTrailer() {
        need(TRAILER_BYTES);
        int crc = Integer.reverseBytes(source.getInt(at));
        int size = Integer.reverseBytes(source.getInt(at + 4));
        if (crc != (int) contentCrc.getValue() || size != (int) inflater.getBytesWritten()) {
            throw Refusals.undecodable("Gzip data does not match its checksum");
        }
        at += TRAILER_BYTES;
        finished = !anotherMember();
        if (!finished) {
            startMember();
        }
    }

    private boolean anotherMember() {
        return end - at > HEADER_BYTES + TRAILER_BYTES
                && (source.getShort(at) & 0xFFFF) == MAGIC
                && source.get(at + 2) == DEFLATE;
    }

    private static void update(CRC32 crc, ByteBuffer bytes, int from, int to) {
        int oldPosition = bytes.position();
        int oldLimit = bytes.limit();
        bytes.limit(to).position(from);
        crc.update(bytes);
        bytes.limit(oldLimit).position(oldPosition);
    }

    @Override
    public void close() {
        source = NOTHING;
        inflater.reset();
    }

    /** Gives native memory back; not to be used afterwards. */
    void free() {
        inflater.end();
    }
}
