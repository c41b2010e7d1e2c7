package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much a start after a crash reads: nobody can produce before it is through. */
class RecoveryReadsOnceTest {
    private static final Path DATA = Path.of("/data");
    private static final String VALUE = "x".repeat(900);
    private static final int BATCHES = 1000;
    private static final int GROUP = 10;
    private static final long JOURNAL_FILE_BYTES = 4 << 20;

    private final SimulatedFiles files = new SimulatedFiles();

    private void append(TestFolder test, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            test.append(TestFolder.batchOf(9, 0, i, test.nowMs, VALUE));
            if (i % GROUP == GROUP - 1) {
                test.commit();
            }
        }
    }

    private void restartAfterKill(TestFolder test) throws IOException {
        files.killed();
        files.readBytes.clear();
        test.open();
    }

    @Test
    void theSegmentBelowTheRecoveryPointIsReadOnceForBatchesAndProducers() throws IOException {
        // Given a segment of many batches of a producer, almost all below the recovery point
        TestFolder test = new TestFolder(files, DATA, TestFolder.small(64 << 20), 64 << 20);
        append(test, 0, BATCHES);
        test.folder.checkpointJournal();
        append(test, BATCHES, BATCHES + GROUP);
        Path segment = test.partitionPath().resolve("00000000000000000000.log");

        // When
        restartAfterKill(test);

        // Then
        assertThat(files.readBytes.get(segment)).isLessThanOrEqualTo(files.size(segment));
        assertThat(test.log().producers().active()).hasSize(1);
        assertThat(test.tryAppend(TestFolder.batchOf(9, 0, BATCHES + GROUP - 1, test.nowMs, VALUE), 0)
                        .duplicate())
                .isTrue();
    }

    @Test
    void whatLiesBehindTheJournalsEndIsLookedAtOnce() throws IOException {
        // Given a journal file of which little is used
        TestFolder test = new TestFolder(files, DATA, TestFolder.small(64 << 20), 64 << 20);
        append(test, 0, BATCHES);

        // When
        restartAfterKill(test);

        // Then its unused part was read by the pass that proves its end, and not by the one that applies it
        long read = files.readBytes.entrySet().stream()
                .filter(each -> each.getKey().toString().contains("journal") && each.getValue() > 100_000)
                .mapToLong(Map.Entry::getValue)
                .sum();
        assertThat(read).isBetween(JOURNAL_FILE_BYTES, JOURNAL_FILE_BYTES * 7 / 4);
    }
}
