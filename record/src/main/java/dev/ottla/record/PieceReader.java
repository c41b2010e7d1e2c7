package dev.ottla.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads decompressed bytes across pieces and counts them against {@link RecordLimits#MAX_DECOMPRESSED_BYTES}. */
final class PieceReader {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final UsualRecords usual = new UsualRecords();
    private @Nullable Decoder decoder;
    private ByteBuffer piece = NOTHING;
    private long producedBytes;

    void open(Decoder decoder) {
        this.decoder = decoder;
        become(NOTHING);
        producedBytes = 0;
    }

    void close() {
        decoder = null;
        become(NOTHING);
    }

    private void become(ByteBuffer next) {
        piece = next;
        usual.open(next, next.limit());
    }

    /** Makes the next piece current; false at the end. */
    private boolean advance() {
        ByteBuffer next = decoder == null ? null : decoder.next();
        if (next == null) {
            // The last piece was the decoder's, who may have used it again to look for more.
            become(NOTHING);
            return false;
        }
        producedBytes += next.remaining();
        if (producedBytes > RecordLimits.MAX_DECOMPRESSED_BYTES) {
            throw Refusals.tooLargeDecompressed();
        }
        become(next);
        return true;
    }

    boolean atEnd() {
        return !piece.hasRemaining() && !advance();
    }

    /** Steps over a record of the usual kind that lies whole in a piece; false where there is none, and nothing was read. */
    boolean readUsual(RecordFields into) {
        if (atEnd() || !usual.read(piece.position(), into)) {
            return false;
        }
        piece.position(into.endAt);
        return true;
    }

    byte read() {
        if (!piece.hasRemaining() && !advance()) {
            throw endedEarly();
        }
        return piece.get();
    }

    void skip(int bytes) {
        int left = bytes;
        while (left > 0) {
            if (!piece.hasRemaining() && !advance()) {
                throw endedEarly();
            }
            int step = Math.min(left, piece.remaining());
            piece.position(piece.position() + step);
            left -= step;
        }
    }

    int readVarint() {
        int raw = 0;
        for (int shift = 0; shift < 7 * Varints.MAX_INT_BYTES; shift += 7) {
            int b = read();
            raw |= (b & 0x7F) << shift;
            if (b >= 0) {
                return Varints.unzigzag(raw);
            }
        }
        throw Refusals.invalid("A number takes more than " + Varints.MAX_INT_BYTES + " bytes");
    }

    long readVarlong() {
        long raw = 0;
        for (int shift = 0; shift < 7 * Varints.MAX_LONG_BYTES; shift += 7) {
            long b = read();
            raw |= (b & 0x7F) << shift;
            if (b >= 0) {
                return Varints.unzigzag(raw);
            }
        }
        throw Refusals.invalid("A number takes more than " + Varints.MAX_LONG_BYTES + " bytes");
    }

    private static RuntimeException endedEarly() {
        return Refusals.invalid("The compressed records end before the declared number of them");
    }
}
