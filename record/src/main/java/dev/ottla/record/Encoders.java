package dev.ottla.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;
import org.xerial.snappy.Snappy;

/** Compresses bytes of an array into the framings that Kafka's clients read. */
final class Encoders {
    private static final int SNAPPY_BLOCK_BYTES = 32 << 10;
    private static final int LZ4_BLOCK_BYTES = 64 << 10;
    private static final byte LZ4_FLAGS = 0x60;
    private static final byte LZ4_BLOCK_DESCRIPTOR = 0x40;
    private static final int GZIP_STEP_BYTES = 8 << 10;
    private static final byte[] GZIP_HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

    private Encoders() {}

    static void gzip(int level, byte[] source, int size, GrowableBytes target) {
        target.withRoomFor(GZIP_HEADER.length).put(GZIP_HEADER);
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(source, 0, size);
            deflater.finish();
            while (!deflater.finished()) {
                deflater.deflate(target.withRoomFor(GZIP_STEP_BYTES));
            }
        } finally {
            deflater.end();
        }
        CRC32 crc = new CRC32();
        crc.update(source, 0, size);
        target.withRoomFor(2 * Integer.BYTES)
                .putInt(Integer.reverseBytes((int) crc.getValue()))
                .putInt(Integer.reverseBytes(size));
    }

    static void snappy(byte[] source, int size, GrowableBytes target) {
        target.withRoomFor(SnappyDecoder.FRAME_HEADER_BYTES)
                .putLong(SnappyDecoder.FRAME_MAGIC)
                .putInt(SnappyDecoder.FRAME_VERSION)
                .putInt(SnappyDecoder.FRAME_VERSION);
        for (int from = 0; from < size; from += SNAPPY_BLOCK_BYTES) {
            int block = Math.min(SNAPPY_BLOCK_BYTES, size - from);
            ByteBuffer out = target.withRoomFor(Integer.BYTES + Snappy.maxCompressedLength(block));
            int dataAt = out.position() + Integer.BYTES;
            try {
                int written = Snappy.compress(source, from, block, target.array(), dataAt);
                out.putInt(written).position(dataAt + written);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static void lz4(int level, byte[] source, int size, GrowableBytes target) {
        LZ4Factory factory = LZ4Factory.fastestInstance();
        LZ4Compressor compressor =
                level == Compression.defaultLevel(Codec.LZ4) ? factory.fastCompressor() : factory.highCompressor(level);
        byte[] descriptor = {LZ4_FLAGS, LZ4_BLOCK_DESCRIPTOR};
        int hash = XXHashFactory.fastestInstance().hash32().hash(descriptor, 0, descriptor.length, 0);
        target.withRoomFor(Integer.BYTES + descriptor.length + 1)
                .putInt(Integer.reverseBytes(Lz4Decoder.MAGIC))
                .put(descriptor)
                .put((byte) (hash >> 8));
        for (int from = 0; from < size; from += LZ4_BLOCK_BYTES) {
            int block = Math.min(LZ4_BLOCK_BYTES, size - from);
            ByteBuffer out = target.withRoomFor(Integer.BYTES + compressor.maxCompressedLength(block));
            int dataAt = out.position() + Integer.BYTES;
            int written = compressor.compress(source, from, block, target.array(), dataAt);
            if (written < block) {
                out.putInt(Integer.reverseBytes(written)).position(dataAt + written);
            } else {
                out.putInt(Integer.reverseBytes(block | Lz4Decoder.UNCOMPRESSED_BIT))
                        .put(source, from, block);
            }
        }
        target.withRoomFor(Integer.BYTES).putInt(0);
    }

    static void zstd(int level, byte[] source, int size, GrowableBytes target) {
        ByteBuffer out = target.withRoomFor((int) Zstd.compressBound(size));
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level);
            int written = context.compressByteArray(target.array(), out.position(), out.remaining(), source, 0, size);
            out.position(out.position() + written);
        }
    }
}
