package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Clock;
import dev.ottla.base.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.Test;

class PageCacheTest {
    private static final int SIZE_BYTES = 10 * PageCache.PROBE_STRIDE_BYTES + 17;
    private static final long POSITION = 4096;

    @Test
    void whatIsThereIsOnlyLookedAt() throws IOException {
        // Given a file that answers every read at once
        SlowFrom file = new SlowFrom(Long.MAX_VALUE);

        // When it is brought in
        PageCache.bringIn(file, POSITION, SIZE_BYTES, file);

        // Then a byte for each stretch was read, no more
        assertThat(file.bytesRead).isEqualTo(11);
    }

    @Test
    void fromTheFirstMissingByteOnEverythingIsRead() throws IOException {
        // Given a file whose bytes from the fourth stretch on come from the disk
        long missing = POSITION + 3L * PageCache.PROBE_STRIDE_BYTES;
        SlowFrom file = new SlowFrom(missing);

        // When it is brought in
        PageCache.bringIn(file, POSITION, SIZE_BYTES, file);

        // Then all that was missing has been read, up to the end and not beyond
        assertThat(file.bytesRead).isEqualTo(4 + POSITION + SIZE_BYTES - missing);
        assertThat(file.lastRead).isEqualTo(POSITION + SIZE_BYTES);
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
            bytesRead += count;
            lastRead = position + count;
            return count;
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
        public long transferTo(long position, long countBytes, WritableByteChannel target) {
            throw new AssertionError("Bringing in sends nothing");
        }

        @Override
        public long size() {
            return POSITION + SIZE_BYTES;
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
