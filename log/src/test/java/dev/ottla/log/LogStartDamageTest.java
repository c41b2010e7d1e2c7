package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.log.checkpoint.GuardedLogStarts;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file that tells where logs begin has no checksum in Kafka's format: no record goes, and none comes back, on its word alone. */
class LogStartDamageTest {
    private static final Path DATA = Path.of("/data");
    private static final Path PLAIN = DATA.resolve(OffsetCheckpoint.LOG_STARTS);
    private static final Path GUARDED = DATA.resolve(GuardedLogStarts.FILE);

    private final SimulatedFiles files = new SimulatedFiles();
    private TestFolder test;

    @BeforeEach
    void twentyRecordsOfWhichSevenAreDeleted() throws IOException {
        test = new TestFolder(files, DATA, TestFolder.small(100_000), 1 << 20);
        for (int i = 0; i < 20; i++) {
            test.append(TestFolder.batch(test.nowMs, "value-" + i));
        }
        test.commit();
        test.log().advanceHighWatermark(20);
        assertThat(test.log().deleteRecords(7)).isEqualTo(7);
        test.runAll();
    }

    private void say(String name, String offset) {
        files.put(DATA.resolve(name), ("0\n1\norders 3 " + offset + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "19", "20", "7000000"})
    void anotherStartInKafkasFileChangesNothing(String flipped) throws IOException {
        // Given a clean stop, and one line of one file that is not what was written
        test.folder.close(-1);
        say(OffsetCheckpoint.LOG_STARTS, flipped);

        // When the folder is opened
        test.open();

        // Then the log begins where it began
        assertThat(test.log().startOffset()).isEqualTo(7);
        assertThat(test.log().endOffset()).isEqualTo(20);
        assertThat(TestFolder.readAll(test.log(), 7, 4000)).hasSize(13);
        assertThat(new String(files.content(PLAIN), StandardCharsets.UTF_8)).contains("orders 3 7\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "7000000"})
    void norAfterTheProcessWasKilled(String flipped) throws IOException {
        // Given the start in the segments' recovery point, and not in the journal any more
        test.folder.checkpointJournal();
        files.killed();
        say(OffsetCheckpoint.LOG_STARTS, flipped);

        // When the folder is opened
        test.open();

        // Then the log begins where it began
        assertThat(test.log().startOffset()).isEqualTo(7);
        assertThat(test.log().endOffset()).isEqualTo(20);
    }

    @Test
    void aStartBeyondTheEndDropsNothingWhenNoChecksumVouchesForIt() throws IOException {
        // Given a folder without the guarded copy, as Apache Kafka leaves it
        test.folder.close(-1);
        files.deleteIfExists(GUARDED);
        say(OffsetCheckpoint.LOG_STARTS, "7000000");

        // When it is opened
        test.open();

        // Then the log is offline, and all of it is still there
        assertThat(test.log().offlineReason())
                .contains(OffsetCheckpoint.LOG_STARTS, "begins at 7000000", "ends at offset 20", "ottla log repair");
        test.folder.close(-1);
        test.open();
        assertThat(test.log().offlineReason()).isNotNull();
        test.folder.close(-1);
        say(OffsetCheckpoint.LOG_STARTS, "7");
        test.open();
        assertThat(TestFolder.readAll(test.log(), 7, 4000)).hasSize(13);
    }

    @Test
    void aDamagedCopyIsMadeAnew() throws IOException {
        // Given a guarded copy with a flipped bit
        test.folder.close(-1);
        byte[] content = files.content(GUARDED).clone();
        content[content.length / 2] ^= 4;
        files.put(GUARDED, content);

        // When the folder is opened, and again with another start in Kafka's file
        test.open();
        test.folder.close(-1);
        say(OffsetCheckpoint.LOG_STARTS, "3");
        test.open();

        // Then the copy is whole again
        assertThat(test.log().startOffset()).isEqualTo(7);
    }

    @Test
    void whatApacheKafkaWroteMeanwhileCounts() throws IOException {
        // Given a folder that Apache Kafka used after us: it writes all three files, and not ours
        test.folder.close(-1);
        say(OffsetCheckpoint.LOG_STARTS, "11");
        say(OffsetCheckpoint.RECOVERY_POINTS, "20 ");
        say(OffsetCheckpoint.HIGH_WATERMARKS, "20 ");

        // When it is opened
        test.open();

        // Then its word counts
        assertThat(test.log().startOffset()).isEqualTo(11);
    }
}
