package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks at the segments of a partition while it is loaded, without changing their files, and words what is wrong with them. */
final class SegmentChecks {
    private final TopicPartition partition;
    private final Set<Long> wrong = new HashSet<>();

    SegmentChecks(TopicPartition partition) {
        this.partition = partition;
    }

    SegmentScan.Result check(Segment segment) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + segment.baseOffset() + " is retired");
        }
        try {
            SegmentScan scan = new SegmentScan(handle, segment.sizeBytes(), segment.baseOffset());
            SegmentScan.Result result = scan.run((position, bytes, at) -> {});
            if (result.problem() != null) {
                throw damaged(segment, result);
            }
            return result;
        } finally {
            segment.file().release();
        }
    }

    /**
     * Compares segments that are not read with what they were when they were sealed: the size of the log, the transaction index, and the time index of
     * the last one, to which more will be written; those of the others when they are first used.
     */
    void expect(List<Segment> segments, PartitionSums sums, boolean lastIncluded) throws IOException {
        for (Segment segment : segments) {
            SegmentSum sum = sums.segments().get(segment.baseOffset());
            if (sum == null) {
                continue;
            }
            if (segment.sizeBytes() != sum.logBytes()) {
                throw DamagedLogException.byChecksums(
                        "The segment " + segment.names().log() + " ends at position " + segment.sizeBytes()
                                + ", but had " + sum.logBytes() + " bytes",
                        partition.folderName());
            }
            segment.expect(sum);
            boolean last = lastIncluded && segment == segments.getLast();
            boolean agrees = segment.aborted().checksum() == sum.aborted()
                    && (!last || segment.times().isAsExpected());
            if (!agrees) {
                wrong.add(segment.baseOffset());
            }
        }
    }

    /** Whether an index of it fails its checksum. */
    boolean isWrong(Segment segment) {
        return wrong.contains(segment.baseOffset());
    }

    static boolean indexesLookWhole(FolderListing found, Segment segment) throws IOException {
        if (segment.sizeBytes() == 0) {
            return true;
        }
        String index = segment.names().name(SegmentNames.INDEX);
        String times = segment.names().name(SegmentNames.TIME_INDEX);
        String aborted = segment.names().name(SegmentNames.TRANSACTION_INDEX);
        long indexBytes = found.sizeOf(index);
        return found.has(index)
                && found.has(times)
                && indexBytes % OffsetIndex.ENTRY_BYTES == 0
                && found.sizeOf(times) % TimeIndex.ENTRY_BYTES == 0
                && found.sizeOf(aborted) % TransactionIndex.ENTRY_BYTES == 0
                && segment.offsets().lastPosition() < segment.sizeBytes()
                && (indexBytes == 0 || segment.offsets().lastPosition() > 0);
    }

    /** @param recoveryPoint where the log ended when it was closed, as a checkpoint tells it; 0 when none does */
    void openCleanEnd(Segment last, long recoveryPoint) throws IOException {
        FileHandle handle = last.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + last.baseOffset() + " is retired");
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            int size = last.sizeBytes();
            long next = last.baseOffset();
            HeaderCursor cursor = last.lookup().before(Long.MAX_VALUE, handle, scratch, size);
            int start = cursor.position();
            boolean gap = false;
            while (cursor.look()) {
                if (cursor.position() == 0) {
                    last.times().first(cursor.maxTimestampMs());
                }
                if (!cursor.isWhole()) {
                    throw DamagedLogException.at(last.file().path(), cursor.position(), "A batch fails its CRC");
                }
                gap = cursor.baseOffset() > next && (cursor.position() == 0 || next > last.baseOffset());
                next = cursor.lastOffset() + 1;
                cursor.step();
            }
            if (gap && recoveryPoint > 0 && recoveryPoint < next) {
                // A batch's CRC does not cover its offset.
                throw new IOException(
                        "its last batch ends at offset " + next + ", but the log ended at " + recoveryPoint);
            }
            if (start > 0) {
                HeaderCursor first = last.cursor(handle, scratch, 0, size);
                if (first.look()) {
                    last.times().first(first.maxTimestampMs());
                }
            }
            last.loaded(next, size);
            last.times().resume();
        } catch (IOException unexpected) {
            throw new DamagedLogException(
                    "The last segment, " + last.names().log() + ", of " + partition
                            + " was closed cleanly, but is damaged: " + unexpected.getMessage() + ". " + whatToDo(),
                    unexpected);
        } finally {
            ScratchBuffers.giveBack(scratch);
            last.file().release();
        }
    }

    DamagedLogException damaged(Segment segment, SegmentScan.Result result) {
        return new DamagedLogException(
                result.problem() + " of " + segment.names().log() + ", at offset " + result.nextOffset() + " of "
                        + partition + ", below its recovery point. " + whatToDo());
    }

    /** Of a log start that was read from a file without a checksum. */
    static DamagedLogException startBeyondEnd(TopicPartition partition, long logStart, long logEnd) {
        return new DamagedLogException("The log of " + partition + " ends at offset " + logEnd + ", but "
                + OffsetCheckpoint.LOG_STARTS + ", which no checksum protects, says that it begins at " + logStart
                + ". Correct its line there, or else: " + DamagedLogException.whatToDo(partition.folderName()));
    }

    private String whatToDo() {
        return DamagedLogException.whatToDo(partition.folderName());
    }
}
