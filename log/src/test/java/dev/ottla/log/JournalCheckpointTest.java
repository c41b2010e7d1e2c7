package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When the journal is checkpointed: the less a start after a crash has to read, the more often every log is forced. */
class JournalCheckpointTest {
    private static final long MIB = 1 << 20;
    private static final long JOURNAL_BYTES = 64 * MIB;
    private static final long FILE_BYTES = JOURNAL_BYTES / 8;
    private static final long QUARTER_BYTES = JOURNAL_BYTES / 4;
    private static final String VALUE = "x".repeat(100_000);

    private final SimulatedFiles files = new SimulatedFiles();
    private TestFolder test;

    private void withLogs(int count) throws IOException {
        test = new TestFolder(files, Path.of("/data"), TestFolder.small(64 << 20), JOURNAL_BYTES);
        for (int partition = 0; partition < count; partition++) {
            if (partition != TestFolder.PARTITION.partition()) {
                test.folder.create(new TopicPartition(new TopicId(7, 8), "orders", partition), test.config);
            }
        }
        test.log();
        test.tick(0);
    }

    private long usedBytes() {
        return Objects.requireNonNull(test.folder.journalStats()).usedBytes();
    }

    private void fillJournalTo(long bytes) throws IOException {
        while (usedBytes() < bytes) {
            test.append(TestFolder.batch(test.nowMs, VALUE));
            test.commit();
        }
    }

    @Test
    void notAgainAndAgainOfALargeFileThatIsAlone() throws IOException {
        // Given a group that is larger than a file of the journal should be
        withLogs(1);
        test.append(TestFolder.batch(test.nowMs, "x".repeat((int) FILE_BYTES + 100_000)));
        test.commit();
        assertThat(usedBytes()).isGreaterThan(FILE_BYTES);
        test.tick(1);
        List<Path> changed = new ArrayList<>();
        files.step = (change, path) -> changed.add(path);

        // When nothing can be freed
        test.tick(1);
        test.tick(1);

        // Then
        assertThat(changed).isEmpty();

        // When the next file makes room for it
        fillJournalTo(FILE_BYTES + 5 * MIB);
        test.tick(1);

        // Then
        assertThat(usedBytes()).isLessThan(FILE_BYTES);
    }

    @Test
    void ofFewLogsWhenAFileCanBeFreed() throws IOException {
        // Given
        withLogs(2);

        // When more than a file is in use
        fillJournalTo(FILE_BYTES + 5 * MIB);
        test.tick(1);

        // Then what can be is freed, long before a quarter of the journal is full
        assertThat(usedBytes()).isLessThan(FILE_BYTES);
    }

    @Test
    void ofManyLogsWhenItIsWorthAForceOfEach() throws IOException {
        // Given
        withLogs(15);
        fillJournalTo(14 * MIB);
        long used = usedBytes();

        // When it is due only with a mebibyte a log
        test.tick(1);
        assertThat(usedBytes()).isEqualTo(used);

        // Then it comes with that
        fillJournalTo(15 * MIB + MIB / 2);
        test.tick(1);
        assertThat(usedBytes()).isLessThan(FILE_BYTES);
    }

    @Test
    void ofVeryManyLogsWhenAQuarterOfItIsFull() throws IOException {
        // Given
        withLogs(100);

        // When
        fillJournalTo(QUARTER_BYTES + MIB);
        test.tick(1);

        // Then
        assertThat(usedBytes()).isLessThan(QUARTER_BYTES / 2 + FILE_BYTES);
    }
}
