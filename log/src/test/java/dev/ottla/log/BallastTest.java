package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a disk that somebody else filled to the last byte, what gives room back still works. */
class BallastTest {
    private static final Path DATA = Path.of("/data");
    private static final Path BALLAST = DATA.resolve(Ballast.FILE);

    private static final Path JOURNAL = DATA.resolve("ottla-journal");

    private final SimulatedFiles files = new SimulatedFiles();

    private TestFolder filled(long journalBytes) throws IOException {
        TestFolder test = new TestFolder(files, DATA, TestFolder.small(100_000), journalBytes);
        for (int i = 0; i < 4; i++) {
            test.append(TestFolder.batchOf(7, 0, i, test.nowMs, "value-" + i));
            test.log().roll();
        }
        test.commit();
        test.log().advanceHighWatermark(4);
        test.tick(2000);
        assertThat(files.size(BALLAST)).isEqualTo(Ballast.BYTES);
        return test;
    }

    private void noRoomUntilTheBallastGoes() {
        files.step = (change, path) -> {
            // The journal's files were written once before they are used.
            boolean ofJournal = path.startsWith(JOURNAL) && !path.toString().contains("recovery-points");
            boolean needsRoom = !change.equals("delete") && !ofJournal;
            if (needsRoom && files.exists(BALLAST)) {
                throw new IOException("No space left on device");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"records", "records, journal", "segments", "segments, journal", "topic", "checkpoint, journal"})
    void whatGivesRoomBackDoes(String what) throws IOException {
        // Given a folder, and a disk without a byte to spare
        TestFolder test = filled(what.endsWith("journal") ? 1 << 20 : 0);
        noRoomUntilTheBallastGoes();

        // When something is deleted
        switch (what.split(",", -1)[0]) {
            case "records" -> assertThat(test.log().deleteRecords(2)).isEqualTo(2);
            case "segments" ->
                assertThat(test.log().applyRetention(test.nowMs + test.config.retentionMs() + 10_000))
                        .isPositive();
            case "topic" -> test.folder.delete(TestFolder.PARTITION);
            default -> test.folder.checkpointJournal();
        }

        // Then it is, and the folder works
        assertThat(test.folder.failure()).isNull();

        // And once there is room again, so is the ballast
        files.step = (change, path) -> {};
        test.tick(2000);
        assertThat(files.size(BALLAST)).isEqualTo(Ballast.BYTES);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, LogEnvironment.RESERVE_BYTES})
    void itIsNotMadeOfTheLastRoom(long usable) throws IOException {
        // Given a disk that has no more than what is kept for those who must write
        files.usableBytes = usable;
        TestFolder test = new TestFolder(files, DATA, TestFolder.small(100_000));

        // When time passes
        test.tick(2000);

        // Then there is no ballast
        assertThat(files.exists(BALLAST)).isFalse();
    }
}
