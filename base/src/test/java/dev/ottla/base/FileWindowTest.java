package dev.ottla.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWindowTest {
    private static final int FILE_BYTES = 1000;
    private static final int WINDOW_BYTES = 100;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void aFileWhoseBytesTellTheirPositions() throws IOException {
        file = folder.resolve("f");
        byte[] content = new byte[FILE_BYTES];
        for (int i = 0; i < FILE_BYTES; i++) {
            content[i] = (byte) (i * 7 + i / 256);
        }
        java.nio.file.Files.write(file, content);
    }

    private interface Use {
        void of(FileWindow window, RecordedReads handle) throws IOException;
    }

    private void withWindow(long endPosition, Use use) throws IOException {
        try (RecordedReads handle = new RecordedReads(Files.system().openReadOnly(file));
                Arena arena = Arena.ofConfined()) {
            use.of(new FileWindow(arena, WINDOW_BYTES, handle, endPosition), handle);
        }
    }

    private static void isRight(FileWindow window, int position, int bytes) {
        for (int i = position; i < position + bytes; i++) {
            assertThat(window.bytes().get(window.indexOf(i))).as("at %d", i).isEqualTo((byte) (i * 7 + i / 256));
        }
    }

    @Test
    void whatIsShownIsWhatTheFileHasForwardsAndBackwards() throws IOException {
        withWindow(FILE_BYTES, (window, handle) -> {
            for (int seed = 1; seed <= 50; seed++) {
                // Given
                RandomSource random = RandomSource.seeded(seed);
                for (int i = 0; i < 100; i++) {
                    int position = Math.floorMod(random.nextLong(), FILE_BYTES);
                    int bytes = Math.floorMod(random.nextLong(), 2 * WINDOW_BYTES);

                    // When
                    boolean shown = window.show(position, bytes);

                    // Then
                    assertThat(shown).as("%d bytes at %d", bytes, position).isEqualTo(position + bytes <= FILE_BYTES);
                    if (shown) {
                        isRight(window, position, bytes);
                        assertThat(window.shownFrom(position)).isGreaterThanOrEqualTo(bytes);
                    }
                }
            }
        });
    }

    @Test
    void noByteIsReadTwiceWhileThePositionsGrow() throws IOException {
        // Given
        withWindow(FILE_BYTES, (window, handle) -> {
            // When
            for (int position = 0; position < FILE_BYTES; position += 40) {
                assertThat(window.show(position, 40)).isTrue();
            }

            // Then
            assertThat(handle.reads().stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(FILE_BYTES);
            assertThat(handle.reads()).hasSizeLessThan(FILE_BYTES / WINDOW_BYTES * 2);
        });
    }

    @Test
    void nothingIsShownFromItsEndOn() throws IOException {
        // Given
        withWindow(150, (window, handle) -> {
            // When / Then
            assertThat(window.show(100, 50)).isTrue();
            assertThat(window.show(100, 51)).isFalse();
            assertThat(window.show(151, 1)).isFalse();
            assertThat(window.show(0, 150)).isTrue();
            isRight(window, 0, 150);
        });
    }
}
