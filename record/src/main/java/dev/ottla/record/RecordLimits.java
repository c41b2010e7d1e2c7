package dev.ottla.record;

/** Every bound on what a record batch can make this room hold or do. All sizes in bytes. */
public final class RecordLimits {
    /** All records of one batch, decompressed. A producer that meets it splits its batch (MESSAGE_TOO_LARGE). */
    public static final int MAX_DECOMPRESSED_BYTES = 64 << 20;

    /** Pieces in which gzip and zstd are decompressed. */
    static final int PIECE_BYTES = 16 << 10;

    /** A buffer larger than this is given back after the batch that needed it. */
    static final int KEPT_SCRATCH_BYTES = 1 << 20;

    /** Densest snappy element: 3 bytes that stand for 64. A larger declared size is a lie. */
    static final int SNAPPY_MAX_RATIO = 22;

    /** Densest lz4 block: each further length byte stands for 255. */
    static final int LZ4_MAX_RATIO = 255;

    /**
     * Largest zstd window that is decompressed as a stream: 8 MiB. Levels 20 to 22 announce more, whatever they hold; these are
     * decompressed in one piece, where the output is the window, under {@link #MAX_DECOMPRESSED_BYTES}.
     */
    static final int ZSTD_STREAM_WINDOW_LOG = 23;

    /** Largest zstd window that Kafka's clients and brokers read: 128 MiB. */
    static final int ZSTD_WINDOW_LOG = 27;

    /** Record errors named in one answer; Kafka names all, and a small compressed batch may hold millions. */
    public static final int MAX_RECORD_ERRORS = 1_000;

    /** Compressed batches of at least this size are decompressed away from event loops. */
    public static final int HEAVY_COMPRESSED_BYTES = 32 << 10;

    /** Batches of at least this size that must be compressed anew are handled away from event loops. */
    public static final int HEAVY_RECOMPRESSED_BYTES = 8 << 10;

    private RecordLimits() {}
}
