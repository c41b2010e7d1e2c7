package dev.ottla.log;

import dev.ottla.base.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The entries of a time index as the headers of a segment's batches give them. */
final class TimesOfBatches {
    private static final int INTERVAL_BYTES = 4096;

    record Largest(long timestampMs, long lastOffset) {}

    private TimesOfBatches() {}

    /** @throws DamagedLogException when the batches do not follow each other */
    static ByteBuffer of(Segment segment) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + segment.baseOffset() + " is retired");
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            int size = segment.sizeBytes();
            ByteBuffer entries = ByteBuffer.allocate((size / INTERVAL_BYTES + 2) * TimeIndex.ENTRY_BYTES);
            HeaderCursor cursor = segment.cursor(handle, scratch, 0, size);
            long largestMs = -1;
            long itsOffset = 0;
            long enteredMs = -1;
            int enteredAt = 0;
            while (cursor.look()) {
                if (cursor.maxTimestampMs() > largestMs) {
                    largestMs = cursor.maxTimestampMs();
                    itsOffset = cursor.lastOffset() - segment.baseOffset();
                }
                if (cursor.endPosition() - enteredAt >= INTERVAL_BYTES && largestMs > enteredMs) {
                    entries.putLong(largestMs).putInt((int) itsOffset);
                    enteredMs = largestMs;
                    enteredAt = cursor.endPosition();
                }
                cursor.step();
            }
            if (largestMs > enteredMs) {
                entries.putLong(largestMs).putInt((int) itsOffset);
            }
            return entries.flip();
        } finally {
            ScratchBuffers.giveBack(scratch);
            segment.file().release();
        }
    }

    /** The largest timestamp of the batches, -1 when they have none, and the last offset of the first batch that has it. */
    static Largest largest(Segment segment) throws IOException {
        ByteBuffer entries = of(segment);
        if (!entries.hasRemaining()) {
            return new Largest(-1, segment.baseOffset());
        }
        int last = entries.limit() - TimeIndex.ENTRY_BYTES;
        return new Largest(entries.getLong(last), segment.baseOffset() + entries.getInt(last + Long.BYTES));
    }
}
