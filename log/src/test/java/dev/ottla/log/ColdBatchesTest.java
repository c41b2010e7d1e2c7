package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColdBatchesTest {
    private static final int BATCHES = 40;
    private static final int VALUE_BYTES = 20_000;

    @TempDir
    Path home;

    private TestFolder test;
    private Segment segment;
    private FileHandle file;
    private int batchBytes;

    @BeforeEach
    void aSegmentOfBatches() throws IOException {
        test = new TestFolder(Files.system(), home, TestFolder.small(Integer.MAX_VALUE));
        for (int i = 0; i < BATCHES; i++) {
            test.append(TestFolder.batch(test.nowMs, "x".repeat(VALUE_BYTES)));
        }
        segment = test.log().state().segments.get(0);
        file = segment.file().acquire();
        batchBytes = segment.sizeBytes() / BATCHES;
    }

    @AfterEach
    void giveBack() {
        segment.file().release();
    }

    private ColdBatches cold(FileHandle through, int batches) {
        return new ColdBatches(test.log().state(), segment, through, batches * batchBytes);
    }

    @Test
    void whereAllIsInMemoryOnlyTheHeadersAreRead() throws IOException {
        // Given a file that answers every read at once
        SlowFile slow = new SlowFile(file, Long.MAX_VALUE);

        // When its batches are brought in
        cold(slow, BATCHES).bringIn(0, slow);

        // Then a piece was read at each header, and nothing beside
        assertThat(slow.bytesRead).isEqualTo((long) BATCHES * ScratchBuffers.SIZE_BYTES);
    }

    @Test
    void fromTheFirstHeaderOnThatComesFromTheDiskEverythingIsRead() throws IOException {
        // Given a file that is slow from its tenth batch on
        SlowFile slow = new SlowFile(file, 9L * batchBytes);

        // When its batches are brought in
        cold(slow, BATCHES).bringIn(0, slow);

        // Then all from there on was read once, beside the headers
        assertThat(slow.bytesRead).isEqualTo((long) BATCHES * ScratchBuffers.SIZE_BYTES + (BATCHES - 9L) * batchBytes);
    }

    @Test
    void aBatchThatEndsBeyondItsSegmentIsDamage() throws IOException {
        // Given a last batch whose offset, which its CRC does not cover, has become larger
        int last = segment.sizeBytes() - batchBytes;
        ByteBuffer offset = ByteBuffer.allocate(Long.BYTES).putLong(BATCHES).flip();
        file.write(offset, last + (long) BatchHeader.BASE_OFFSET_AT);

        // When it is brought in, then somebody is told
        assertThatThrownBy(() -> cold(file, BATCHES).bringIn(0, test)).isInstanceOf(DamagedLogException.class);
    }

    @Test
    void theBatchBehindTheLastOneMustFollowIt() throws IOException {
        // Given a tenth batch whose offset is below that of the one before it
        ByteBuffer offset = ByteBuffer.allocate(Long.BYTES).putLong(3).flip();
        file.write(offset, 9L * batchBytes + BatchHeader.BASE_OFFSET_AT);

        // When those before it are brought in, then somebody is told
        assertThatThrownBy(() -> cold(file, 9).bringIn(0, test)).isInstanceOf(DamagedLogException.class);
    }
}
