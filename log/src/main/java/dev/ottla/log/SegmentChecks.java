package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.TopicPartition;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Looks at the segments of a partition while it is loaded, without changing their files, and words what is wrong with them. */
final class SegmentChecks {
    private final TopicPartition partition;

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
            SegmentScan.Result result =
                    scan.run((position, sizeBytes, firstOffset, lastOffset, maxTimestampMs, leaderEpoch) -> {});
            if (result.problem() != null) {
                throw damaged(segment, result);
            }
            return result;
        } finally {
            segment.file().release();
        }
    }

    static boolean indexesLookWhole(FolderListing found, Segment segment) throws IOException {
        if (segment.sizeBytes() == 0) {
            return true;
        }
        Path index = segment.names().file(SegmentNames.INDEX);
        Path times = segment.names().file(SegmentNames.TIME_INDEX);
        Path aborted = segment.names().file(SegmentNames.TRANSACTION_INDEX);
        long indexBytes = found.sizeOf(index);
        return found.has(index)
                && found.has(times)
                && indexBytes % OffsetIndex.ENTRY_BYTES == 0
                && found.sizeOf(times) % TimeIndex.ENTRY_BYTES == 0
                && found.sizeOf(aborted) % TransactionIndex.ENTRY_BYTES == 0
                && segment.offsets().lastPosition() < segment.sizeBytes()
                && (indexBytes == 0 || segment.offsets().lastPosition() > 0);
    }

    void openCleanEnd(Segment last) throws IOException {
        FileHandle handle = last.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + last.baseOffset() + " is retired");
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            int size = last.sizeBytes();
            long next = last.baseOffset();
            HeaderCursor cursor =
                    new HeaderCursor(handle, scratch, last.offsets().lastPosition(), size);
            while (cursor.look()) {
                if (cursor.baseOffset() < next
                        || cursor.lastOffset() < cursor.baseOffset()
                        || BatchHeader.magic(scratch, cursor.windowAt()) != BatchHeader.MAGIC_V2) {
                    throw new IOException("Offset " + cursor.baseOffset() + " where " + next + " should follow");
                }
                next = cursor.lastOffset() + 1;
                cursor.step();
            }
            HeaderCursor first = new HeaderCursor(handle, scratch, 0, size);
            if (first.look()) {
                last.firstTimestampMs(first.maxTimestampMs());
            }
            last.loaded(next, size);
            last.resume();
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

    String whatToDo() {
        return "Restore the file from a copy, or stop the broker and give the damaged offsets up: `./ottla log repair "
                + partition + "` says which";
    }
}
