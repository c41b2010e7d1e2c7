package dev.ottla.record;

import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/**
 * One lz4 frame (format 1.6): independent blocks of at most 64 KiB to 4 MiB, as its descriptor says. As in Apache Kafka, what
 * follows the end mark is not read, so frames cannot be concatenated, and the content checksum must be there but is not compared.
 */
final class Lz4Decoder implements Decoder {
    static final int MAGIC = 0x184D2204;
    static final int UNCOMPRESSED_BIT = 0x8000_0000;

    private static final int MIN_HEADER_BYTES = 7;
    private static final int SIZE_FIELD_BYTES = 4;
    private static final int CHECKSUM_BYTES = 4;
    private static final int CONTENT_SIZE_BYTES = 8;
    private static final int RATIO_SLACK_BYTES = 64;

    private static final int VERSION_MASK = 0xC0;
    private static final int VERSION = 0x40;
    private static final int INDEPENDENT_BLOCKS = 0x20;
    private static final int BLOCK_CHECKSUM = 0x10;
    private static final int CONTENT_SIZE = 0x08;
    private static final int CONTENT_CHECKSUM = 0x04;
    private static final int RESERVED = 0x03;
    private static final int BLOCK_SIZE_RESERVED = 0x8F;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final LZ4SafeDecompressor DECOMPRESSOR =
            LZ4Factory.fastestInstance().safeDecompressor();
    private static final XXHash32 HASH = XXHashFactory.fastestInstance().hash32();

    private final Scratch decompressed = new Scratch();
    private ByteBuffer source = NOTHING;
    private int at;
    private int end;
    private int flags;
    private int maxBlockBytes;
    private boolean finished;

    @Override
    public void open(ByteBuffer source, int from, int to) {
        this.source = source;
        at = from;
        end = to;
        finished = false;
        readDescriptor();
    }

    private void readDescriptor() {
        need(MIN_HEADER_BYTES);
        if (Integer.reverseBytes(source.getInt(at)) != MAGIC) {
            throw Refusals.undecodable("Not an lz4 frame");
        }
        int descriptorAt = at + SIZE_FIELD_BYTES;
        flags = source.get(descriptorAt) & 0xFF;
        int blockDescriptor = source.get(descriptorAt + 1) & 0xFF;
        int blockSizeId = blockDescriptor >>> 4;
        boolean readable = (flags & VERSION_MASK) == VERSION
                && (flags & INDEPENDENT_BLOCKS) != 0
                && (flags & RESERVED) == 0
                && (blockDescriptor & BLOCK_SIZE_RESERVED) == 0
                && blockSizeId >= 4;
        if (!readable) {
            throw Refusals.undecodable("An lz4 frame of a kind that Kafka does not use");
        }
        maxBlockBytes = 1 << (8 + 2 * blockSizeId);
        at = descriptorAt + 2;
        if ((flags & CONTENT_SIZE) != 0) {
            need(CONTENT_SIZE_BYTES + 1);
            at += CONTENT_SIZE_BYTES;
        }
        int hash = HASH.hash(source, descriptorAt, at - descriptorAt, 0);
        if (source.get(at++) != (byte) (hash >> 8)) {
            throw Refusals.undecodable("An lz4 frame's descriptor does not match its checksum");
        }
    }

    private void need(int bytes) {
        if (end - at < bytes) {
            throw Refusals.undecodable("An lz4 frame is cut off");
        }
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (finished) {
            return null;
        }
        need(SIZE_FIELD_BYTES);
        int sizeField = Integer.reverseBytes(source.getInt(at));
        int size = sizeField & ~UNCOMPRESSED_BIT;
        at += SIZE_FIELD_BYTES;
        if (size == 0) {
            finished = true;
            need((flags & CONTENT_CHECKSUM) != 0 ? CHECKSUM_BYTES : 0);
            return null;
        }
        if (size > maxBlockBytes) {
            throw Refusals.undecodable("An lz4 block of " + size + " bytes in a frame of " + maxBlockBytes);
        }
        need(size);
        ByteBuffer piece = (sizeField & UNCOMPRESSED_BIT) == 0 ? decompress(size) : copy(size);
        checkBlock(size);
        at += size + ((flags & BLOCK_CHECKSUM) != 0 ? CHECKSUM_BYTES : 0);
        // Kafka's reader takes an empty block for the end
        finished = !piece.hasRemaining();
        return finished ? null : piece;
    }

    private ByteBuffer decompress(int size) {
        int possible = Math.min(maxBlockBytes, RecordLimits.LZ4_MAX_RATIO * size + RATIO_SLACK_BYTES);
        ByteBuffer target = decompressed.atLeast(possible);
        try {
            int written = DECOMPRESSOR.decompress(source, at, size, target, 0, possible);
            return target.limit(written);
        } catch (LZ4Exception e) {
            throw Refusals.undecodable("An lz4 block cannot be decompressed: " + e.getMessage());
        }
    }

    private ByteBuffer copy(int size) {
        ByteBuffer target = decompressed.atLeast(size);
        target.put(0, source, at, size);
        return target.limit(size);
    }

    private void checkBlock(int size) {
        if ((flags & BLOCK_CHECKSUM) == 0) {
            return;
        }
        need(size + CHECKSUM_BYTES);
        if (HASH.hash(source, at, size, 0) != Integer.reverseBytes(source.getInt(at + size))) {
            throw Refusals.undecodable("An lz4 block does not match its checksum");
        }
    }

    @Override
    public void close() {
        source = NOTHING;
        decompressed.release();
    }
}
