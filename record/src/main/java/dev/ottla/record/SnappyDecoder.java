package dev.ottla.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * Snappy as Kafka's clients write it: the Java framing (16 bytes of header, then blocks that each begin with their size as i32), or,
 * without that header, one raw block, as librdkafka sends it.
 */
final class SnappyDecoder implements Decoder {
    static final int FRAME_HEADER_BYTES = 16;
    static final long FRAME_MAGIC = 0x82_53_4E_41_50_50_59_00L;
    static final int FRAME_VERSION = 1;
    private static final int FRAME_VERSION_AT = 8;

    private static final int FRAME_MAGIC_HEAD = (int) (FRAME_MAGIC >>> Integer.SIZE);
    private static final int SIZE_FIELD_BYTES = 4;
    /** So that the declared size of an empty or tiny block is never taken for a lie. */
    private static final int RATIO_SLACK_BYTES = 64;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Scratch decompressed = new Scratch();
    private final Scratch directCopy = new Scratch();
    private ByteBuffer source = NOTHING;
    private int at;
    private int end;
    private boolean raw;

    @Override
    public void open(ByteBuffer source, int from, int to) {
        this.source = source;
        at = from;
        end = to;
        if (from == to) {
            throw Refusals.undecodable("A snappy stream cannot be empty");
        }
        raw = to - from < FRAME_HEADER_BYTES || source.getLong(from) != FRAME_MAGIC;
        if (!raw) {
            at = from + FRAME_HEADER_BYTES;
        }
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (raw) {
            if (at == end) {
                return null;
            }
            int from = at;
            at = end;
            return nonEmpty(decompress(from, end - from));
        }
        while (end - at >= SIZE_FIELD_BYTES) {
            int size = source.getInt(at);
            if (size == FRAME_MAGIC_HEAD) {
                if (!skipHeaderOfNextStream()) {
                    return null;
                }
                continue;
            }
            at += SIZE_FIELD_BYTES;
            if (size < 0 || size > end - at) {
                throw Refusals.undecodable("A snappy block of " + size + " bytes where " + (end - at) + " are left");
            }
            int from = at;
            at += size;
            ByteBuffer piece = nonEmpty(decompress(from, size));
            if (piece != null) {
                return piece;
            }
        }
        return null;
    }

    private boolean skipHeaderOfNextStream() {
        if (end - at < FRAME_HEADER_BYTES) {
            throw Refusals.undecodable("Snappy framing ends inside a header");
        }
        if (source.getLong(at) != FRAME_MAGIC) {
            return false;
        }
        // Kafka's reader compares this version in headers after the first only
        if (source.getInt(at + FRAME_VERSION_AT) < FRAME_VERSION) {
            throw Refusals.undecodable("Snappy framing of an unknown version");
        }
        at += FRAME_HEADER_BYTES;
        return true;
    }

    private static @Nullable ByteBuffer nonEmpty(ByteBuffer piece) {
        return piece.hasRemaining() ? piece : null;
    }

    private ByteBuffer decompress(int from, int size) {
        int declared = declaredSize(from, size);
        ByteBuffer target = decompressed.atLeast(declared);
        target.limit(declared);
        ByteBuffer block = source;
        int oldPosition = source.position();
        int oldLimit = source.limit();
        try {
            if (source.isDirect()) {
                block.limit(from + size).position(from);
            } else {
                block = directCopy.atLeast(size);
                block.put(0, source, from, size);
                block.limit(size);
            }
            int written = Snappy.uncompress(block, target);
            return target.position(0).limit(written);
        } catch (IOException | RuntimeException e) {
            throw Refusals.undecodable("A snappy block cannot be decompressed: " + e.getMessage());
        } finally {
            source.limit(oldLimit).position(oldPosition);
        }
    }

    /** The size a block announces: unsigned varint, checked before anything is allocated for it. */
    private int declaredSize(int from, int size) {
        long declared = 0;
        int read = 0;
        for (int shift = 0; shift < 7 * Varints.MAX_INT_BYTES && read < size; shift += 7) {
            int b = source.get(from + read++);
            declared |= (b & 0x7FL) << shift;
            if (b >= 0) {
                long possible = (long) RecordLimits.SNAPPY_MAX_RATIO * size + RATIO_SLACK_BYTES;
                if (declared > possible) {
                    throw Refusals.undecodable(size + " bytes of snappy cannot stand for " + declared);
                }
                if (declared > RecordLimits.MAX_DECOMPRESSED_BYTES) {
                    throw Refusals.tooLargeDecompressed();
                }
                return (int) declared;
            }
        }
        throw Refusals.undecodable("A snappy block does not say how large it is");
    }

    @Override
    public void close() {
        source = NOTHING;
        decompressed.release();
        directCopy.release();
    }
}
