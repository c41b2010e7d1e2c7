package dev.ottla.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.ottla.base.OttlaException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Zstandard frames (RFC 8878). Streamed while the window is at most 8 MiB. A first frame that announces a larger one, as levels 20
 * to 22 do for however little data, is decompressed in one piece, where no window is needed beside the bounded output.
 */
final class ZstdDecoder implements Decoder {
    private static final int MAGIC = 0xFD2FB528;
    private static final int SINGLE_SEGMENT = 0x20;
    private static final int MIN_FRAME_HEADER_BYTES = 6;
    private static final int WINDOW_LOG_MIN = 10;
    private static final int DICTIONARY_SIZE_MASK = 0x03;
    private static final int FIRST_GUESS_RATIO = 4;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ZstdDecompressCtx context = new ZstdDecompressCtx().setLongMax(RecordLimits.ZSTD_STREAM_WINDOW_LOG);
    private final ByteBuffer piece = ByteBuffer.allocateDirect(RecordLimits.PIECE_BYTES);
    private final Scratch whole = new Scratch();
    private final Scratch directCopy = new Scratch();
    private ByteBuffer source = NOTHING;
    private int at;
    private int end;
    private boolean inOnePiece;
    private boolean frameFinished;

    @Override
    public void open(ByteBuffer source, int from, int to) {
        context.reset();
        frameFinished = true;
        if (source.isDirect()) {
            this.source = source;
            at = from;
            end = to;
        } else {
            ByteBuffer copy = directCopy.atLeast(to - from);
            copy.put(0, source, from, to - from);
            this.source = copy;
            at = 0;
            end = to - from;
        }
        long windowBytes = windowBytes();
        if (windowBytes > 1L << RecordLimits.ZSTD_WINDOW_LOG) {
            throw Refusals.undecodable("A zstd frame with a window of " + windowBytes + " bytes");
        }
        inOnePiece = windowBytes > 1L << RecordLimits.ZSTD_STREAM_WINDOW_LOG;
    }

    /** What the first frame announces; 0 when there is none to read. */
    private long windowBytes() {
        if (end - at < MIN_FRAME_HEADER_BYTES || Integer.reverseBytes(source.getInt(at)) != MAGIC) {
            return 0;
        }
        int descriptor = source.get(at + 4) & 0xFF;
        if ((descriptor & SINGLE_SEGMENT) == 0) {
            int window = source.get(at + 5) & 0xFF;
            long base = 1L << (WINDOW_LOG_MIN + (window >>> 3));
            return base + (base >>> 3) * (window & 0x07);
        }
        int sizeField = descriptor >>> 6;
        int sizeBytes = sizeField == 0 ? 1 : 1 << sizeField;
        int dictionary = descriptor & DICTIONARY_SIZE_MASK;
        int sizeAt = at + 5 + (dictionary == 3 ? 4 : dictionary);
        if (end - sizeAt < sizeBytes) {
            return 0;
        }
        long size = 0;
        for (int i = sizeBytes - 1; i >= 0; i--) {
            size = size << 8 | (source.get(sizeAt + i) & 0xFF);
        }
        return size < 0 ? Long.MAX_VALUE : size;
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (inOnePiece) {
            if (at == end) {
                return null;
            }
            ByteBuffer all = decompressWhole(end - at);
            at = end;
            return all.hasRemaining() ? all : null;
        }
        return decompressPiece();
    }

    private @Nullable ByteBuffer decompressPiece() {
        piece.clear();
        int oldPosition = source.position();
        int oldLimit = source.limit();
        source.limit(end).position(at);
        try {
            while (piece.position() == 0 && (source.hasRemaining() || !frameFinished)) {
                int before = source.position();
                frameFinished = context.decompressDirectByteBufferStream(piece, source);
                if (!frameFinished && piece.position() == 0 && source.position() == before) {
                    throw Refusals.undecodable("Zstd data is cut off");
                }
            }
            at = source.position();
        } catch (ZstdException e) {
            throw unreadable(e);
        } finally {
            source.limit(oldLimit).position(oldPosition);
        }
        piece.flip();
        return piece.hasRemaining() ? piece : null;
    }

    private ByteBuffer decompressWhole(int size) {
        long guess = Math.max(RecordLimits.KEPT_SCRATCH_BYTES, (long) FIRST_GUESS_RATIO * size);
        while (true) {
            int capacity = (int) Math.min(guess, RecordLimits.MAX_DECOMPRESSED_BYTES);
            ByteBuffer target = whole.atLeast(capacity);
            try {
                int written = context.decompressDirectByteBuffer(target, 0, capacity, source, at, size);
                return target.position(0).limit(written);
            } catch (ZstdException e) {
                if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
                    throw unreadable(e);
                }
            }
            if (capacity == RecordLimits.MAX_DECOMPRESSED_BYTES) {
                throw Refusals.tooLargeDecompressed();
            }
            guess = 2L * capacity;
        }
    }

    private static OttlaException unreadable(ZstdException e) {
        return Refusals.undecodable("Zstd data cannot be decompressed: " + e.getMessage());
    }

    @Override
    public void close() {
        source = NOTHING;
        whole.release();
        directCopy.release();
    }

    /** Gives native memory back; not to be used afterwards. */
    void free() {
        context.close();
    }
}
