package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Clock;
import dev.ottla.base.FileHandle;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.Test;

class PageCacheTest {
    private static final int STRIDE = PageCache.PROBE_STRIDE_BYTES;
    private static final int START = 4096;
    private static final int END = START + 10 * STRIDE + 17;

    @Test
    void whatIsThereIsOnlyLookedAt() throws IOException {
        // Given a file that answers every read at once
        SlowFrom file = new SlowFrom(Long.MAX_VALUE);

        // When it is brought in
        new PageCache(file, START, END, file).bringInTo(END);

        // Then a byte for each stretch was read, no more
        assertThat(file.bytesRead).isEqualTo(11);
    }

    @Test
    void fromTheFirstMissingByteOnEverythingIsRead() throws IOException {
        // Given a file whose bytes from the fourth stretch on come from the disk
        long missing = START + 3L * STRIDE;
        SlowFrom file = new SlowFrom(missing);

        // When it is brought in
        new PageCache(file, START, END, file).bringInTo(END);

        // Then all that was missing has been read, up to the end and not beyond
        assertThat(file.bytesRead).isEqualTo(4 + END - missing);
        assertThat(file.lastRead).isEqualTo(END);
    }

    @Test
    void whatSomebodyReadIsNotLookedAtAgain() throws IOException {
        // Given a reader that looks at a place in each stretch, and finds it at once
        SlowFrom file = new SlowFrom(Long.MAX_VALUE);
        PageCache cache = new PageCache(file, START, END, file);

        // When it has gone through all of it
        for (int at = START; at < END; at += STRIDE - 100) {
            cache.bringInTo(at);
            cache.looked(at, 100);
        }
        cache.bringInTo(END);

        // Then nothing more was read
        assertThat(file.bytesRead).isZero();
    }

    @Test
    void whereNobodyReadForLongItIsLookedAt() throws IOException {
        // Given a reader of two places that lie four stretches from each other
        SlowFrom file = new SlowFrom(Long.MAX_VALUE);
        PageCache cache = new PageCache(file, START, START + 4 * STRIDE + 1, file);

        // When it has found both at once
        cache.bringInTo(START);
        cache.looked(START, 100);
        cache.bringInTo(START + 4 * STRIDE);
        cache.looked(START + 4 * STRIDE, 100);

        // Then the three stretches between were looked at
        assertThat(file.bytesRead).isEqualTo(3);
    }

    @Test
    void aReaderThatHadToWaitHasTheRestReadOnce() throws IOException {
        // Given a reader that waits for the disk at its first place, and again at its second
        SlowFrom file = new SlowFrom(START);
        PageCache cache = new PageCache(file, START, END, file);

        // When both are told
        cache.looked(START, PageCache.DISK_READ_NANOS + 1);
        cache.looked(START + STRIDE, PageCache.DISK_READ_NANOS + 1);
        cache.bringInTo(END);

        // Then everything was read, once
        assertThat(file.bytesRead).isEqualTo(END - START);
    }

    @Test
    void aFileThatEndsTooEarlyIsToldOf() {
        // Given a file that is shorter than what is asked for
        SlowFrom file = new SlowFrom(START);

        // When it is brought in beyond its end
        PageCache cache = new PageCache(file, START, END + 1, file);

        // Then the reader is told, instead of waiting for ever
        assertThatThrownBy(() -> cache.bringInTo(END + 1)).isInstanceOf(EOFException.class);
    }

    /** A file that is slow from a position on, and the clock that shows it. */
    private static final class SlowFrom implements FileHandle, Clock {
        private final long slowFrom;
        private long nowNanos;
        private long bytesRead;
        private long lastRead;

        private SlowFrom(long slowFrom) {
            this.slowFrom = slowFrom;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            int count = target.remaining();
            nowNanos += position >= slowFrom ? PageCache.DISK_READ_NANOS + 1 : 100;
            target.position(target.limit());
            noteRead(position, count);
            return count;
        }

        @Override
        public long transferTo(long position, long countBytes, WritableByteChannel target) {
            long count = Math.min(Math.min(countBytes, 3L * STRIDE), END - position);
            noteRead(position, count);
            return count;
        }

        private void noteRead(long position, long count) {
            bytesRead += count;
            lastRead = position + count;
        }

        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public long monotonicNanos() {
            return nowNanos;
        }

        @Override
        public void write(ByteBuffer source, long position) {
            throw new AssertionError("A read writes");
        }

        @Override
        public long size() {
            return END;
        }

        @Override
        public void truncate(long sizeBytes) {
            throw new AssertionError("A read truncates");
        }

        @Override
        public void force(boolean metadata) {
            throw new AssertionError("A read forces");
        }

        @Override
        public void close() {}
    }
}
