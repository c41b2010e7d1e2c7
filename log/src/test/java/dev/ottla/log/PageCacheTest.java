package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageCacheTest {
    private static final int STRIDE = PageCache.PROBE_STRIDE_BYTES;
    private static final int START = 4096;
    private static final int END = START + 10 * STRIDE + 17;

    @TempDir
    Path folder;

    private FileHandle file;

    @BeforeEach
    void aFile() throws IOException {
        file = Files.system().open(folder.resolve("segment"), true);
        file.write(ByteBuffer.allocate(1), END - 1);
    }

    @AfterEach
    void closeFile() throws IOException {
        file.close();
    }

    @Test
    void whatIsThereIsOnlyLookedAt() throws IOException {
        // Given a file that answers every read at once
        SlowFile slow = new SlowFile(file, Long.MAX_VALUE);

        // When it is brought in
        new PageCache(slow, START, END, slow).bringInTo(END);

        // Then a byte for each stretch was read, no more
        assertThat(slow.bytesRead).isEqualTo(11);
    }

    @Test
    void fromTheFirstMissingByteOnEverythingIsRead() throws IOException {
        // Given a file whose bytes from the fourth stretch on come from the disk
        long missing = START + 3L * STRIDE;
        SlowFile slow = new SlowFile(file, missing);

        // When it is brought in
        new PageCache(slow, START, END, slow).bringInTo(END);

        // Then all that was missing has been read, up to the end and not beyond
        assertThat(slow.bytesRead).isEqualTo(4 + END - missing);
        assertThat(slow.lastRead).isEqualTo(END);
    }

    @Test
    void whatSomebodyReadIsNotLookedAtAgain() throws IOException {
        // Given a reader that looks at a place in each stretch, and finds it at once
        SlowFile slow = new SlowFile(file, Long.MAX_VALUE);
        PageCache cache = new PageCache(slow, START, END, slow);

        // When it has gone through all of it
        for (int at = START; at < END; at += STRIDE - 100) {
            cache.bringInTo(at);
            cache.looked(at, 100);
        }
        cache.bringInTo(END);

        // Then nothing more was read
        assertThat(slow.bytesRead).isZero();
    }

    @Test
    void whereNobodyReadForLongItIsLookedAt() throws IOException {
        // Given a reader of two places that lie four stretches from each other
        SlowFile slow = new SlowFile(file, Long.MAX_VALUE);
        PageCache cache = new PageCache(slow, START, START + 4 * STRIDE + 1, slow);

        // When it has found both at once
        cache.bringInTo(START);
        cache.looked(START, 100);
        cache.bringInTo(START + 4 * STRIDE);
        cache.looked(START + 4 * STRIDE, 100);

        // Then the three stretches between were looked at
        assertThat(slow.bytesRead).isEqualTo(3);
    }

    @Test
    void aReaderThatHadToWaitHasTheRestReadOnce() throws IOException {
        // Given a reader that waits for the disk at its first place, and again at its second
        SlowFile slow = new SlowFile(file, START);
        PageCache cache = new PageCache(slow, START, END, slow);

        // When both are told
        cache.looked(START, PageCache.DISK_READ_NANOS + 1);
        cache.looked(START + STRIDE, PageCache.DISK_READ_NANOS + 1);
        cache.bringInTo(END);

        // Then everything was read, once
        assertThat(slow.bytesRead).isEqualTo(END - START);
    }

    @Test
    void aFileThatEndsTooEarlyIsToldOf() {
        // Given a file that is shorter than what is asked for
        SlowFile slow = new SlowFile(file, START);

        // When it is brought in beyond its end
        PageCache cache = new PageCache(slow, START, END + 1, slow);

        // Then the reader is told, instead of waiting for ever
        assertThatThrownBy(() -> cache.bringInTo(END + 1)).isInstanceOf(EOFException.class);
    }
}
