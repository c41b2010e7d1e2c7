package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.FileHandle;
import dev.ottla.base.OttlaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds whole batches in segments. Takes no lock: whatever it looks at is pinned, and what is retired meanwhile is noticed. */
final class LogReader {
    private final LogState state;

    LogReader(LogState state) {
        this.state = state;
    }

    /** As {@link PartitionLog#read} says. */
    LogSlice read(long offset, int maxBytes, long endOffsetExclusive, boolean atLeastOneBatch) {
        while (true) {
            state.requireServing();
            long end = state.logEnd;
            SegmentList segments = state.segments;
            if (offset < state.logStart || offset > end) {
                throw outOfRange(offset, end);
            }
            long bound = Math.min(endOffsetExclusive, end);
            if (offset >= bound) {
                return LogSlice.empty(bound);
            }
            try {
                LogSlice slice = read(segments, offset, maxBytes, bound, atLeastOneBatch);
                if (slice != null) {
                    return slice;
                }
            } catch (IOException trouble) {
                throw state.readError("reading the log", trouble);
            }
            Thread.onSpinWait();
        }
    }

    private OttlaException outOfRange(long offset, long end) {
        return new OttlaException(
                ErrorCode.OFFSET_OUT_OF_RANGE,
                "Offset " + offset + " of " + state.partition + " is outside " + state.logStart + " to " + end);
    }

    /**
     * A slice of the first segment, from the one at {@code offset} on, that has something for the reader.
     *
     * @return null when a segment was retired under the reader: look at the segments again
     */
    private @Nullable LogSlice read(
            SegmentList segments, long offset, int maxBytes, long endOffsetExclusive, boolean atLeastOneBatch)
            throws IOException {
        for (int i = segments.floor(offset); i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.baseOffset() >= endOffsetExclusive) {
                break;
            }
            FileHandle handle = segment.file().acquire();
            if (handle == null) {
                return null;
            }
            boolean given = false;
            ByteBuffer scratch = ScratchBuffers.take();
            try {
                long end = segment.end();
                int size = Segment.sizeOf(end);
                int start = segment.positionOf(offset, handle, scratch, end);
                int visible = endOffsetExclusive >= segment.nextOffsetOf(end)
                        ? size
                        : segment.positionOf(endOffsetExclusive, handle, scratch, end);
                if (start < visible) {
                    int stop = stop(segment, handle, scratch, start, visible, size, maxBytes, atLeastOneBatch);
                    if (stop == start) {
                        return LogSlice.empty(endOffsetExclusive);
                    }
                    given = true;
                    long sliceEnd = Math.min(endOffsetExclusive, segment.nextOffsetOf(end));
                    return LogSlice.of(state, segment, handle, start, stop - start, sliceEnd);
                }
            } finally {
                ScratchBuffers.giveBack(scratch);
                if (!given) {
                    segment.file().release();
                }
            }
        }
        return LogSlice.empty(endOffsetExclusive);
    }

    private static int stop(
            Segment segment,
            FileHandle handle,
            ByteBuffer scratch,
            int start,
            int visible,
            int size,
            int maxBytes,
            boolean atLeastOneBatch)
            throws IOException {
        if (visible - start <= maxBytes) {
            return visible;
        }
        int stop = segment.lookup().boundaryBefore(start + Math.max(0, maxBytes), start, handle, scratch, size);
        if (stop > start || !atLeastOneBatch) {
            return stop;
        }
        HeaderCursor first = segment.cursor(handle, scratch, start, visible);
        return first.look() ? first.endPosition() : start;
    }
}
