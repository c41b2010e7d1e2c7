package dev.ottla.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses the records of one batch piece by piece into a bounded buffer of its own; reused from batch to batch. Refuses what
 * its codec cannot read with INVALID_RECORD (see {@link Refusals#undecodable}). What Apache Kafka's readers ignore or accept
 * (bytes after the end, concatenated streams), it ignores or accepts.
 */
sealed interface Decoder permits GzipDecoder, Lz4Decoder, SnappyDecoder, ZstdDecoder {
    /** Begins with the bytes from {@code from} to {@code to}, which must stay as they are until {@link #close}. */
    void open(ByteBuffer source, int from, int to);

    /** The next piece, between position and limit, valid until the next call; null at the end. Never empty. */
    @Nullable
    ByteBuffer next();

    /** Forgets the source and gives large buffers back. */
    void close();
}
