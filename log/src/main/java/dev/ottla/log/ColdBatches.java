package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.FileHandle;
import dev.ottla.log.checkpoint.LeaderEpochs;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Whole batches that may have to come from the disk before they are sent: one walk over their headers brings them in and looks at them. */
final class ColdBatches {
    private final LogState state;
    private final Segment segment;
    private final FileHandle handle;
    private final int end;

    /**
     * @param handle of the segment's file
     * @param end where the last batch ends
     */
    ColdBatches(LogState state, Segment segment, FileHandle handle, int end) {
        this.state = state;
        this.segment = segment;
        this.handle = handle;
        this.end = end;
    }

    /**
     * Blocks until all bytes from {@code start} to the end are in the page cache.
     *
     * @throws DamagedLogException when no batches of this log lie there, one after the other
     */
    void bringIn(int start, Clock clock) throws IOException {
        PageCache cache = new PageCache(handle, start, end, clock);
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            HeaderCursor cursor = segment.cursor(handle, scratch, start, segment.sizeBytes());
            while (cursor.position() < end) {
                cache.bringInTo(cursor.position());
                long before = clock.monotonicNanos();
                boolean there = cursor.look();
                cache.looked(cursor.position(), clock.monotonicNanos() - before);
                if (!there) {
                    break;
                }
                check(cursor);
                cursor.step();
            }
            cache.bringInTo(end);
            checkFollowing(cursor, start);
        } finally {
            ScratchBuffers.giveBack(scratch);
        }
    }

    /** What no batch's own CRC covers: its size, its offset, its leader epoch. */
    private void check(HeaderCursor cursor) throws DamagedLogException {
        LeaderEpochs epochs = state.epochs;
        int epoch = cursor.leaderEpoch();
        int known = state.epochsVouched ? epochs.at(cursor.baseOffset()) : LeaderEpochs.NONE;
        if (epoch != LeaderEpochs.NONE && known >= 0 && epoch != known) {
            throw DamagedLogException.byChecksums(
                    "A batch of leader epoch " + epoch + " where " + known + " was written, at position "
                            + cursor.position() + " of " + segment.file().path(),
                    state.partition.folderName());
        }
        if (cursor.endPosition() > end) {
            throw DamagedLogException.at(
                    segment.file().path(), cursor.position(), "A batch that begins in another one,");
        }
    }

    /** The one behind the last must follow it, too. */
    private void checkFollowing(HeaderCursor cursor, int start) throws IOException {
        boolean more = cursor.look();
        if (!more && cursor.nextOffset() > segment.nextOffset()) {
            throw DamagedLogException.at(
                    segment.file().path(), start, "A batch that ends beyond its segment's end, after the one");
        }
    }
}
