package dev.ottla.log.inspect;

import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the next whole batch behind damaged bytes. Records may hold bytes that look like batches (a log file sent as a value): where the damaged
 * batch's length leads to a whole batch, only what leads there too is taken.
 */
final class Resync {
    /** Checksums over what only looks like a batch: beyond this, times the file's size, the rest of the file counts as damaged. */
    private static final int WORK_FACTOR = 4;

    private static final long FREE_WORK_BYTES = 64L << 20;
    private static final int KNOWN_ATTRIBUTES = 0x7F;
    private static final int LAST_CODEC = 4;

    private final LogFile file;
    private final BatchScan.Bounds bounds;
    private long workLeftBytes;

    Resync(LogFile file, BatchScan.Bounds bounds) {
        this.file = file;
        this.bounds = bounds;
        this.workLeftBytes = FREE_WORK_BYTES + WORK_FACTOR * file.sizeBytes();
    }

    /** As the length field says, which may be anything. */
    static long sizeAt(ByteBuffer window, int at) {
        return (long) BatchHeader.LOG_OVERHEAD_BYTES + window.getInt(at + BatchHeader.LENGTH_AT);
    }

    /** The position of the next whole batch behind the damaged one, or the file's end. */
    long next(long damaged, long nextOffset) throws IOException {
        long end = file.sizeBytes();
        long claimed = claimedEnd(damaged);
        boolean anchored = claimed == end || (claimed > 0 && wholeAt(claimed, nextOffset) != null);
        long limit = anchored ? claimed : end;
        long fallback = limit;
        for (long at = damaged + BatchHeader.SIZE_BYTES; at <= limit - BatchHeader.SIZE_BYTES; at++) {
            BatchInfo batch = wholeAt(at, nextOffset);
            if (batch == null) {
                continue;
            }
            if (anchored ? leadsTo(batch, claimed) : leadsOn(batch)) {
                return at;
            }
            fallback = anchored ? fallback : Math.min(fallback, at);
        }
        return fallback;
    }

    /** Where the batch ends by its own word; -1 when that cannot be. */
    private long claimedEnd(long damaged) throws IOException {
        if (file.sizeBytes() - damaged < BatchHeader.SIZE_BYTES) {
            return -1;
        }
        int at = file.at(damaged, BatchHeader.SIZE_BYTES);
        long size = sizeAt(file.window(), at);
        boolean sane = size >= BatchHeader.SIZE_BYTES && size <= file.sizeBytes() - damaged;
        return sane ? damaged + size : -1;
    }

    private boolean leadsTo(BatchInfo first, long anchor) throws IOException {
        BatchInfo batch = first;
        while (batch.endPosition() < anchor) {
            batch = wholeAt(batch.endPosition(), batch.lastOffset() + 1);
            if (batch == null) {
                return false;
            }
        }
        return batch.endPosition() == anchor;
    }

    private boolean leadsOn(BatchInfo batch) throws IOException {
        return batch.endPosition() == file.sizeBytes() || wholeAt(batch.endPosition(), batch.lastOffset() + 1) != null;
    }

    /** The batch at a position when it is whole and may stand there; null otherwise. */
    @Nullable
    BatchInfo wholeAt(long position, long nextOffset) throws IOException {
        long left = file.sizeBytes() - position;
        if (left < BatchHeader.SIZE_BYTES) {
            return null;
        }
        int at = file.at(position, BatchHeader.SIZE_BYTES);
        if (!looksLikeOne(file.window(), at, left, nextOffset)) {
            return null;
        }
        BatchInfo batch = BatchInfo.of(file.window(), at, position);
        workLeftBytes -= batch.sizeBytes();
        return workLeftBytes > 0 && file.crcOf(position, batch.sizeBytes()) == batch.crc() ? batch : null;
    }

    private boolean looksLikeOne(ByteBuffer window, int at, long left, long nextOffset) {
        if (BatchHeader.magic(window, at) != BatchHeader.MAGIC_V2) {
            return false;
        }
        long size = sizeAt(window, at);
        long base = BatchHeader.baseOffset(window, at);
        int delta = BatchHeader.lastOffsetDelta(window, at);
        int count = BatchHeader.count(window, at);
        return size >= BatchHeader.SIZE_BYTES
                && size <= left
                && delta >= 0
                && base >= nextOffset
                && base < bounds.endOffset() - delta
                && base - bounds.baseOffset() <= Integer.MAX_VALUE - delta
                && count >= 0
                && count <= delta + 1L
                && (BatchHeader.attributes(window, at) & ~KNOWN_ATTRIBUTES) == 0
                && BatchHeader.codecId(window, at) <= LAST_CODEC
                && BatchHeader.producerId(window, at) >= -1;
    }
}
