package dev.ottla.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The five codecs in Kafka's framings: gzip members, snappy in the Java framing (raw blocks are read too), lz4 frames, zstd frames.
 * What it reads is bounded by {@link RecordLimits}. Holds native memory and reused buffers: one instance for one thread.
 */
public final class Compression implements AutoCloseable {
    /** Room for what a codec adds to incompressible bytes. */
    private static final int MAX_COMPRESSED_BYTES =
            RecordLimits.MAX_DECOMPRESSED_BYTES + RecordLimits.MAX_DECOMPRESSED_BYTES / 4;

    private @Nullable GzipDecoder gzip;
    private @Nullable SnappyDecoder snappy;
    private @Nullable Lz4Decoder lz4;
    private @Nullable ZstdDecoder zstd;

    /** The level that {@code compression.<codec>.level} has unless set; 0 for codecs without levels. */
    public static int defaultLevel(Codec codec) {
        return switch (codec) {
            case NONE, SNAPPY -> 0;
            case GZIP -> -1;
            case LZ4 -> 9;
            case ZSTD -> 3;
        };
    }

    /** Whether {@code compression.<codec>.level} may have this value, as Apache Kafka says. */
    public static boolean isLevel(Codec codec, int level) {
        return switch (codec) {
            case NONE, SNAPPY -> level == defaultLevel(codec);
            case GZIP -> level == defaultLevel(codec) || (level >= 1 && level <= 9);
            case LZ4 -> level >= 1 && level <= 17;
            case ZSTD -> level >= -131_072 && level <= 22;
        };
    }

    /**
     * Decompresses all bytes between the source's position and limit, which stay as they are, into a new heap buffer.
     *
     * @throws dev.ottla.base.OttlaException MESSAGE_TOO_LARGE past {@link RecordLimits#MAX_DECOMPRESSED_BYTES},
     *     INVALID_RECORD when the codec cannot read them
     */
    public ByteBuffer decompress(Codec codec, ByteBuffer source) {
        if (codec == Codec.NONE) {
            return source.slice();
        }
        Decoder decoder = decoder(codec);
        GrowableBytes target = new GrowableBytes(4 * source.remaining(), RecordLimits.MAX_DECOMPRESSED_BYTES);
        try {
            decoder.open(source, source.position(), source.limit());
            ByteBuffer piece = decoder.next();
            while (piece != null) {
                if (target.size() + (long) piece.remaining() > RecordLimits.MAX_DECOMPRESSED_BYTES) {
                    throw Refusals.tooLargeDecompressed();
                }
                target.withRoomFor(piece.remaining()).put(piece);
                piece = decoder.next();
            }
            return target.written();
        } finally {
            decoder.close();
        }
    }

    /**
     * Compresses all bytes between the source's position and limit, which stay as they are, into a new heap buffer.
     *
     * @param level one that {@link #isLevel} allows
     */
    public ByteBuffer compress(Codec codec, int level, ByteBuffer source) {
        GrowableBytes target = new GrowableBytes(source.remaining() / 2, MAX_COMPRESSED_BYTES);
        byte[] bytes = new byte[source.remaining()];
        source.get(source.position(), bytes);
        compress(codec, level, bytes, bytes.length, target);
        return target.written();
    }

    /** Appends the first bytes of an array, compressed. */
    static void compress(Codec codec, int level, byte[] source, int size, GrowableBytes target) {
        if (!isLevel(codec, level)) {
            throw new IllegalArgumentException(codec.configName() + " has no level " + level);
        }
        switch (codec) {
            case NONE -> target.withRoomFor(size).put(source, 0, size);
            case GZIP -> Encoders.gzip(level, source, size, target);
            case SNAPPY -> Encoders.snappy(source, size, target);
            case LZ4 -> Encoders.lz4(level, source, size, target);
            case ZSTD -> Encoders.zstd(level, source, size, target);
        }
    }

    /** The one decoder of that codec that this instance has. */
    Decoder decoder(Codec codec) {
        return switch (codec) {
            case NONE -> throw new IllegalArgumentException("Uncompressed records need no decoder");
            case GZIP -> gzipDecoder();
            case SNAPPY -> snappyDecoder();
            case LZ4 -> lz4Decoder();
            case ZSTD -> zstdDecoder();
        };
    }

    private GzipDecoder gzipDecoder() {
        GzipDecoder existing = gzip;
        if (existing == null) {
            existing = new GzipDecoder();
            gzip = existing;
        }
        return existing;
    }

    private SnappyDecoder snappyDecoder() {
        SnappyDecoder existing = snappy;
        if (existing == null) {
            existing = new SnappyDecoder();
            snappy = existing;
        }
        return existing;
    }

    private Lz4Decoder lz4Decoder() {
        Lz4Decoder existing = lz4;
        if (existing == null) {
            existing = new Lz4Decoder();
            lz4 = existing;
        }
        return existing;
    }

    private ZstdDecoder zstdDecoder() {
        ZstdDecoder existing = zstd;
        if (existing == null) {
            existing = new ZstdDecoder();
            zstd = existing;
        }
        return existing;
    }

    /** Gives native memory back; not to be used afterwards. */
    @Override
    public void close() {
        if (gzip != null) {
            gzip.free();
        }
        if (zstd != null) {
            zstd.free();
        }
    }
}
