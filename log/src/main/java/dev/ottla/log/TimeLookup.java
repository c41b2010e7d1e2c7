package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.FileHandle;
import dev.ottla.base.OttlaException;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.Compression;
import dev.ottla.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds records by time: the time index and the headers lead to a batch, its records are then looked at one by one. Blocks. */
final class TimeLookup {
    private TimeLookup() {}

    /** A record that was found; {@code retired} when a segment went away under the search, which must begin again then. */
    record Found(@Nullable TimestampOffset record, boolean retired) {
        static final Found NOTHING = new Found(null, false);
        static final Found RETIRED = new Found(null, true);
    }

    /** The first record at or above {@code logStart} whose timestamp is at least {@code timestampMs}. */
    static Found firstSince(SegmentList segments, long timestampMs, long logStart) throws IOException {
        for (int i = segments.floor(logStart); i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.times().largestMs() < timestampMs) {
                if (segment.file().isRetired()) {
                    return Found.RETIRED;
                }
                continue;
            }
            long from =
                    Math.max(segment.times().checkedIndex().offsetBefore(timestampMs), logStart - segment.baseOffset());
            Found found = search(segment, Math.max(0, from), timestampMs, logStart);
            if (found.retired() || found.record() != null) {
                return found;
            }
        }
        return Found.NOTHING;
    }

    /** The first record with the largest timestamp of all that are at or above {@code logStart}. */
    static Found largest(SegmentList segments, long logStart) throws IOException {
        Segment best = null;
        for (int i = segments.floor(logStart); i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.sizeBytes() > 0
                    && (best == null
                            || segment.times().largestMs() > best.times().largestMs())) {
                best = segment;
            }
            if (segment.file().isRetired()) {
                return Found.RETIRED;
            }
        }
        if (best == null) {
            return Found.NOTHING;
        }
        long relativeOffset = Math.max(0, best.times().offsetOfLargest() - best.baseOffset());
        return search(best, relativeOffset, best.times().largestMs(), logStart);
    }

    private static Found search(Segment segment, long fromRelativeOffset, long timestampMs, long logStart)
            throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            return Found.RETIRED;
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            long end = segment.end();
            int from = segment.positionOf(segment.baseOffset() + fromRelativeOffset, handle, scratch, end);
            HeaderCursor cursor = segment.cursor(handle, scratch, from, Segment.sizeOf(end));
            while (cursor.look()) {
                if (!cursor.isWhole()) {
                    throw DamagedLogException.at(segment.file().path(), cursor.position(), "A batch fails its CRC");
                }
                if (cursor.maxTimestampMs() >= timestampMs && cursor.lastOffset() >= logStart) {
                    TimestampOffset record = inBatch(handle, cursor, timestampMs, logStart);
                    if (record != null) {
                        return new Found(record, false);
                    }
                }
                cursor.step();
            }
            return Found.NOTHING;
        } finally {
            ScratchBuffers.giveBack(scratch);
            segment.file().release();
        }
    }

    private static @Nullable TimestampOffset inBatch(
            FileHandle handle, HeaderCursor cursor, long timestampMs, long logStart) throws IOException {
        ByteBuffer batch = ByteBuffer.allocate(cursor.sizeBytes());
        Segment.readFully(handle, batch, cursor.position());
        batch.flip();
        int epoch = BatchHeader.leaderEpoch(batch, 0);
        boolean whole = BatchHeader.count(batch, 0) == BatchHeader.lastOffsetDelta(batch, 0) + 1;
        if (BatchHeader.isLogAppendTime(batch, 0) && whole) {
            return new TimestampOffset(
                    BatchHeader.maxTimestampMs(batch, 0), Math.max(BatchHeader.baseOffset(batch, 0), logStart), epoch);
        }
        try (Compression compression = new Compression()) {
            RecordCursor records = new RecordCursor();
            records.open(batch, 0, compression);
            while (records.next()) {
                if (records.timestampMs() >= timestampMs && records.offset() >= logStart) {
                    return new TimestampOffset(records.timestampMs(), records.offset(), epoch);
                }
            }
            return null;
        } catch (OttlaException unreadable) {
            throw new OttlaException(
                    ErrorCode.CORRUPT_MESSAGE,
                    "The batch at offset " + BatchHeader.baseOffset(batch, 0) + " is damaged",
                    unreadable);
        }
    }
}
