package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Files;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slice that is on its way to a slow client stays what it was, whatever becomes of the log meanwhile. */
class SlowReaderTest {
    @TempDir
    Path home;

    private TestFolder test;
    private LogSlice slice;
    private byte[] expected;

    @BeforeEach
    void aSliceHalfwayOut() throws IOException {
        test = new TestFolder(Files.system(), home, TestFolder.small(2000));
        for (int i = 0; i < 60; i++) {
            test.append(TestFolder.batch(test.nowMs, "value-" + i));
        }
        slice = test.log().read(0, 10_000, Long.MAX_VALUE, true);
        ByteBuffer bytes = ByteBuffer.allocate(slice.sizeBytes());
        slice.copyTo(0, bytes);
        expected = bytes.array();
    }

    private void assertStillWhole() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (WritableByteChannel target = Channels.newChannel(out)) {
            int sent = 0;
            while (sent < slice.sizeBytes()) {
                sent += (int) slice.transferTo(sent, 100, target);
            }
        }
        assertThat(out.toByteArray()).isEqualTo(expected);
        slice.close();
    }

    @Test
    void survivesRetentionAndTheDeletionOfItsFiles() throws IOException {
        test.nowMs += test.config.retentionMs() + 1;
        test.log().applyRetention(test.nowMs);
        test.tick(test.config.fileDeleteDelayMs() + 1);
        // Then the files wait for the reader, and go when it is done
        assertThat(deletedFiles()).isPositive();
        assertStillWhole();
        test.tick(1);
        assertThat(deletedFiles()).isZero();
    }

    private long deletedFiles() throws IOException {
        return Files.system().list(test.partitionPath()).stream()
                .filter(file -> file.toString().endsWith(".deleted"))
                .count();
    }

    @Test
    void survivesTheDeletionOfTheTopic() throws IOException {
        test.folder.delete(TestFolder.PARTITION);
        test.tick(test.config.fileDeleteDelayMs() + 1);
        assertThat(Files.system().list(home).toString()).contains("orders-3.", "-delete");
        assertStillWhole();
        test.tick(1);
        assertThat(Files.system().list(home).toString()).doesNotContain("orders-3");
    }

    @Test
    void survivesTruncationAndWhatIsWrittenAfterIt() throws IOException {
        test.log().truncateTo(3);
        for (int i = 0; i < 60; i++) {
            test.append(TestFolder.batch(test.nowMs, "other-" + i));
        }
        assertThat(TestFolder.readAll(test.log(), 0, 500)).hasSize(63);
        assertStillWhole();
    }

    @Test
    void survivesTruncationToTheBeginning() throws IOException {
        test.log().truncateFullyAndStartAt(1000);
        assertThat(test.append(TestFolder.batch(test.nowMs, "other")).baseOffset())
                .isEqualTo(1000);
        assertStillWhole();
    }

    @Test
    void survivesTheCloseOfTheFolder() throws IOException {
        test.folder.close(-1);
        assertStillWhole();
    }

    @Test
    void survivesIdleClosing() throws IOException {
        test.tick(60_000);
        test.tick(60_000);
        test.tick(60_000);
        assertStillWhole();
        assertThat(TestFolder.readAll(test.log(), 0, 500)).hasSize(60);
    }
}
