package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Makes a segment's indexes anew from its batches, which it checks, and enters the batches' leader epochs. */
final class IndexRebuild {
    private static final Noted NOTHING_MORE = (segment, handle, position, batch, at) -> {};

    private final LogConfig config;
    private final FoundEpochs epochs;

    /** What is made of a good batch beside its entries in the indexes. */
    interface Noted {
        void batch(Segment segment, FileHandle handle, int position, ByteBuffer batch, int at) throws IOException;
    }

    IndexRebuild(LogConfig config, FoundEpochs epochs) {
        this.config = config;
        this.epochs = epochs;
    }

    /** All of them; into the transaction index goes what {@code noted} enters. */
    SegmentScan.Result all(Segment segment, long stopAt, Noted noted) throws IOException {
        segment.resetIndexes();
        return scan(segment, stopAt, noted);
    }

    /** All of them, with a transaction index that is still empty. */
    SegmentScan.Result all(Segment segment) throws IOException {
        return all(segment, Long.MAX_VALUE, NOTHING_MORE);
    }

    /** Leaves the transaction index as it is. */
    SegmentScan.Result offsetsAndTimes(Segment segment) throws IOException {
        segment.resetOffsetsAndTimes();
        return scan(segment, Long.MAX_VALUE, NOTHING_MORE);
    }

    private SegmentScan.Result scan(Segment segment, long stopAt, Noted noted) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + segment.baseOffset() + " is retired");
        }
        try {
            SegmentScan scan = new SegmentScan(handle, segment.sizeBytes(), segment.baseOffset(), stopAt);
            return scan.run((position, batch, at) -> {
                note(segment, position, batch, at);
                noted.batch(segment, handle, position, batch, at);
            });
        } finally {
            segment.file().release();
        }
    }

    private void note(Segment segment, int position, ByteBuffer batch, int at) throws IOException {
        long firstOffset = BatchHeader.baseOffset(batch, at);
        int leaderEpoch = BatchHeader.leaderEpoch(batch, at);
        epochs.require(segment, position, firstOffset, leaderEpoch);
        segment.files().makeRoomInIndexes();
        segment.note(
                BatchHeader.lastOffset(batch, at),
                BatchHeader.maxTimestampMs(batch, at),
                position,
                BatchHeader.sizeBytes(batch, at),
                config.indexIntervalBytes());
        epochs.assign(leaderEpoch, firstOffset);
    }
}
