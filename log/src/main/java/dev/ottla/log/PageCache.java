package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.FileHandle;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Brings a range of a file into memory before somebody who must not block sends it. Whoever reads here and there in it anyway tells how long
 * that took; where nobody has read, a byte is looked at, which costs next to nothing when it is there. From the first one that had to come
 * from the disk on everything is read through. Blocks.
 */
final class PageCache {
    /** Memory is given back in larger pieces than this, so one byte speaks for its neighbours. */
    static final int PROBE_STRIDE_BYTES = 64 * 1024;
    /** A byte that takes longer came from the disk, or its reader lost its processor, which errs to the safe side. */
    static final long DISK_READ_NANOS = 50_000;

    private final FileHandle file;
    private final int end;
    private final Clock clock;
    /** Everything below is spoken for. */
    private long known;

    PageCache(FileHandle file, int start, int end, Clock clock) {
        this.file = file;
        this.end = end;
        this.clock = clock;
        this.known = start;
    }

    /** Somebody read at {@code position}, up to which all is brought in, and that took so long. */
    void looked(int position, long nanos) throws IOException {
        if (known >= end) {
            return;
        }
        if (nanos > DISK_READ_NANOS) {
            readThrough(position);
            known = end;
        } else {
            known = Math.max(known, (long) position + PROBE_STRIDE_BYTES);
        }
    }

    /** All below {@code position} is in memory from now on. */
    void bringInTo(int position) throws IOException {
        while (known < position) {
            int at = (int) known;
            long before = clock.monotonicNanos();
            Segment.readFully(file, ByteBuffer.allocate(1), at);
            looked(at, clock.monotonicNanos() - before);
        }
    }

    private void readThrough(int from) throws IOException {
        if (file.readAhead(from, end - from) < end - from) {
            throw new EOFException("The segment ends before position " + end);
        }
    }
}
