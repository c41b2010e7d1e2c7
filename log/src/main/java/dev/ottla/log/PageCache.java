package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Brings a range of a file into memory before somebody who must not block sends it. */
final class PageCache {
    /** Memory is given back in larger pieces than this, so one byte speaks for its neighbours. */
    static final int PROBE_STRIDE_BYTES = 64 * 1024;
    /** A byte that takes longer came from the disk, or its reader lost its processor, which errs to the safe side. */
    static final long DISK_READ_NANOS = 50_000;

    private PageCache() {}

    /**
     * Looks at a byte here and there first, which costs next to nothing when they are all there; from the first one that has to come from
     * the disk on it reads everything through. Blocks.
     */
    static void bringIn(FileHandle file, long position, int sizeBytes, Clock clock) throws IOException {
        int from = firstMissing(file, position, sizeBytes, clock);
        if (from < sizeBytes) {
            readThrough(file, position + from, sizeBytes - from);
        }
    }

    private static int firstMissing(FileHandle file, long position, int sizeBytes, Clock clock) throws IOException {
        ByteBuffer probe = ByteBuffer.allocate(1);
        for (int at = 0; at < sizeBytes; at += PROBE_STRIDE_BYTES) {
            long before = clock.monotonicNanos();
            Segment.readFully(file, probe.clear(), position + at);
            if (clock.monotonicNanos() - before > DISK_READ_NANOS) {
                return at;
            }
        }
        return sizeBytes;
    }

    private static void readThrough(FileHandle file, long position, int sizeBytes) throws IOException {
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            int done = 0;
            while (done < sizeBytes) {
                scratch.clear().limit(Math.min(scratch.capacity(), sizeBytes - done));
                int step = scratch.remaining();
                Segment.readFully(file, scratch, position + done);
                done += step;
            }
        } finally {
            ScratchBuffers.giveBack(scratch);
        }
    }
}
