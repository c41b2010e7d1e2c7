package dev.ottla.log;

import dev.ottla.base.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where in a segment an offset or a boundary lies. Of the batches appended last memory knows; to all others the offset index leads near. That has
 * no checksum, so its word is taken only when the batch that it points at agrees; else it is put aside for as long as the segment is open, and what
 * the headers of all batches say takes its place.
 */
final class PositionLookup {
    private static final Logger LOG = LoggerFactory.getLogger(PositionLookup.class);
    private static final int INTERVAL_BYTES = 4096;

    private final OffsetIndex offsets;
    private final SharedFile log;
    private final long baseOffset;
    private volatile @Nullable RecentBatches recent;
    private volatile @Nullable Boundaries instead;

    /** Batches here and there: the last offset and the position of each, both rising. */
    private static final class Boundaries {
        private final long[] lastOffsets;
        private final int[] positions;

        Boundaries(long[] lastOffsets, int[] positions) {
            this.lastOffsets = lastOffsets;
            this.positions = positions;
        }

        int before(long offset) {
            int found = Arrays.binarySearch(lastOffsets, offset);
            int index = found >= 0 ? found : -found - 2;
            return index < 0 ? 0 : positions[index];
        }

        int atMost(int position) {
            int found = Arrays.binarySearch(positions, position);
            int index = found >= 0 ? found : -found - 2;
            return index < 0 ? 0 : positions[index];
        }
    }

    PositionLookup(OffsetIndex offsets, SharedFile log, long baseOffset) {
        this.offsets = offsets;
        this.log = log;
        this.baseOffset = baseOffset;
    }

    /** A batch was written at the end, and is about to become visible. */
    void appended(long lastOffset, int endPosition) {
        RecentBatches batches = recent;
        if (batches == null) {
            batches = new RecentBatches();
            recent = batches;
        }
        batches.add(lastOffset, endPosition);
    }

    /** The last batches need no index any more that only memory has; whether there were any. */
    boolean forgetRecent() {
        boolean any = recent != null;
        recent = null;
        return any;
    }

    /** The position of the first batch whose last offset is at least {@code offset}; {@code size} when there is none. */
    int firstReaching(long offset, FileHandle handle, ByteBuffer scratch, int size) throws IOException {
        RecentBatches batches = recent;
        int known = batches == null ? RecentBatches.UNKNOWN : batches.startOf(offset);
        if (known != RecentBatches.UNKNOWN) {
            return Math.min(known, size);
        }
        HeaderCursor cursor = before(offset, handle, scratch, size);
        while (cursor.look()) {
            if (cursor.lastOffset() >= offset) {
                return cursor.position();
            }
            cursor.step();
        }
        return size;
    }

    /** The largest end of a batch in {@code (start, limit]}; {@code start} when the first batch is larger than that. */
    int boundaryBefore(int limit, int start, FileHandle handle, ByteBuffer scratch, int size) throws IOException {
        RecentBatches batches = recent;
        int known = batches == null ? RecentBatches.UNKNOWN : batches.boundaryBefore(limit);
        if (known != RecentBatches.UNKNOWN) {
            return Math.max(known, start);
        }
        HeaderCursor cursor = atMost(limit, handle, scratch, size);
        if (cursor.position() < start) {
            cursor = cursor(handle, scratch, start, size);
        }
        int boundary = cursor.position();
        while (cursor.look() && cursor.endPosition() <= limit) {
            boundary = cursor.endPosition();
            cursor.step();
        }
        return boundary;
    }

    /** Whether the index was found to be wrong. */
    boolean isIndexWrong() {
        return instead != null;
    }

    /** At a batch before which every batch ends below {@code offset}. */
    HeaderCursor before(long offset, FileHandle handle, ByteBuffer scratch, int size) throws IOException {
        Boundaries known = instead;
        long entry = known != null || offset <= baseOffset ? OffsetIndex.NONE : offsets.before(offset - baseOffset);
        if (entry != OffsetIndex.NONE) {
            HeaderCursor cursor = checked(entry, handle, scratch, size);
            if (cursor != null) {
                return cursor;
            }
            known = walk(handle, scratch, size);
        }
        return cursor(handle, scratch, known == null ? 0 : known.before(offset), size);
    }

    /** At the end of a batch, or the segment's beginning, not beyond {@code position}. */
    HeaderCursor atMost(int position, FileHandle handle, ByteBuffer scratch, int size) throws IOException {
        Boundaries known = instead;
        long entry = known != null ? OffsetIndex.NONE : offsets.atMost(position);
        if (entry != OffsetIndex.NONE) {
            HeaderCursor cursor = checked(entry, handle, scratch, size);
            if (cursor != null) {
                return cursor;
            }
            known = walk(handle, scratch, size);
        }
        return cursor(handle, scratch, known == null ? 0 : known.atMost(position), size);
    }

    private HeaderCursor cursor(FileHandle handle, ByteBuffer scratch, int position, int size) {
        return new HeaderCursor(handle, scratch, position, size, log.path(), baseOffset);
    }

    /** Null when there is no such batch as the entry says. */
    private @Nullable HeaderCursor checked(long entry, FileHandle handle, ByteBuffer scratch, int size)
            throws IOException {
        int position = OffsetIndex.positionOf(entry);
        long lastOffset = baseOffset + OffsetIndex.relativeOffsetOf(entry);
        if (position < 0 || position >= size) {
            return null;
        }
        HeaderCursor cursor = cursor(handle, scratch, position, size);
        try {
            boolean agrees = cursor.look()
                    && (cursor.lastOffset() == lastOffset
                            // Apache Kafka's entry may be that of several batches at once, of which this is the first.
                            || (cursor.lastOffset() < lastOffset && cursor.isWhole()));
            return agrees ? cursor : null;
        } catch (DamagedLogException notThere) {
            return null;
        }
    }

    private synchronized Boundaries walk(FileHandle handle, ByteBuffer scratch, int size) throws IOException {
        Boundaries known = instead;
        if (known != null) {
            return known;
        }
        long[] lastOffsets = new long[size / INTERVAL_BYTES + 1];
        int[] positions = new int[lastOffsets.length];
        int count = 0;
        HeaderCursor cursor = cursor(handle, scratch, 0, size);
        while (cursor.look()) {
            if (count == 0 || cursor.position() - positions[count - 1] >= INTERVAL_BYTES) {
                lastOffsets[count] = cursor.lastOffset();
                positions[count++] = cursor.position();
            }
            cursor.step();
        }
        LOG.warn(
                "The offset index {} does not fit its segment; the batches of {} say instead where they are",
                offsets.file().file().path(),
                log.path());
        Boundaries walked = new Boundaries(Arrays.copyOf(lastOffsets, count), Arrays.copyOf(positions, count));
        instead = walked;
        return walked;
    }
}
