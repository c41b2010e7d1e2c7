package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.OttlaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Retention that meets a full disk at any of its changes gives all the room back once it is tried again. */
class FullDiskRetentionTest {
    private static final int SEGMENTS = 4;

    @Test
    void whatWasTakenOutOfTheLogIsRemovedLater() throws IOException {
        int changes = 0;
        while (meetsAFullDiskAt(changes)) {
            changes++;
        }
        assertThat(changes).isGreaterThan(SEGMENTS);
    }

    /** Whether there were so many changes. */
    private static boolean meetsAFullDiskAt(int change) throws IOException {
        // Given segments whose records were deleted
        SimulatedFiles files = new SimulatedFiles();
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(100_000));
        for (int i = 0; i < SEGMENTS; i++) {
            test.append(TestFolder.batchOf(7, 0, i, test.nowMs, "value-" + i));
            test.log().roll();
        }
        test.log().deleteRecords(SEGMENTS);

        // When the disk is full at one change, and has room afterwards
        int[] left = {change};
        files.step = (what, path) -> {
            if (left[0]-- == 0) {
                throw new IOException("No space left on device");
            }
        };
        boolean met = false;
        try {
            test.log().applyRetention(test.nowMs);
        } catch (OttlaException full) {
            met = true;
        }
        files.step = (what, path) -> {};
        test.log().applyRetention(test.nowMs);
        test.tick(10 * 60_000);

        // Then nothing of them is left
        List<String> logs = files.list(test.partitionPath()).stream()
                .map(path -> String.valueOf(path.getFileName()))
                .filter(name -> name.contains(".log"))
                .toList();
        assertThat(logs).as("after a full disk at change %d", change).containsExactly("00000000000000000004.log");
        return met || left[0] < 0;
    }
}
