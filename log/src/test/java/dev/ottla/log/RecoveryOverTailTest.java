package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.FileHandle;
import dev.ottla.base.RandomSource;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Recovery writes over what the segments have above the recovery point, while old batches that were never acknowledged lie behind, whole and with the
 * very offsets that follow: wherever it is cut off, none of them is ever taken for a record.
 */
class RecoveryOverTailTest {
    private static final int RUNS = Integer.getInteger("ottla.journal.runs", 30);
    private static final int MOST_STEPS = 2000;
    private static final long JOURNAL_BYTES = 1 << 20;
    private static final Path DATA = Path.of("/data");

    private final SimulatedFiles files = new SimulatedFiles();
    private final List<ByteBuffer> acknowledged = new ArrayList<>();
    private RandomSource random = RandomSource.seeded(1);
    private TestFolder test;

    /** The segments of every recovery are rolled elsewhere, so that old bytes lie in other places than new ones. */
    private void config() {
        test.config = TestFolder.small(500 + below(2500));
    }

    private int below(int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }

    private void begin() throws IOException {
        test = new TestFolder(files, DATA, TestFolder.small(500 + below(2500)), JOURNAL_BYTES);
    }

    private ByteBuffer append() {
        ByteBuffer batch = TestFolder.batch(test.nowMs, "x".repeat(below(400)));
        AppendResult result = test.tryAppend(batch, 1);
        assertThat(result.succeeded()).as("%s", result).isTrue();
        return batch;
    }

    private void appendAcknowledged(int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            acknowledged.add(append());
        }
        test.commit();
    }

    private void appendNeverAcknowledged(int batches) {
        for (int i = 0; i < batches; i++) {
            append();
        }
    }

    /** The system wrote all of the partition to the disk in its own time. */
    private void writeBack() throws IOException {
        for (Path file : files.list(test.partitionPath())) {
            try (FileHandle handle = files.open(file, false)) {
                handle.force(true);
            }
        }
        files.forceFolder(test.partitionPath());
    }

    private void assertOnlyWhatWasAcknowledged() throws IOException {
        PartitionLog log = test.log();
        assertThat(log.offlineReason()).isNull();
        assertThat(log.endOffset()).isEqualTo(acknowledged.size());
        log.advanceHighWatermark(log.endOffset());
        assertThat(TestFolder.readAll(log, 0, 2000)).isEqualTo(acknowledged);
        long bytes = 0;
        for (Path file : files.list(test.partitionPath())) {
            bytes += file.toString().endsWith(SegmentNames.LOG) ? files.size(file) : 0;
        }
        assertThat(bytes)
                .isEqualTo(acknowledged.stream()
                        .mapToLong(batch -> BatchHeader.sizeBytes(batch, 0))
                        .sum());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cutOffAtAnyStepItBeginsAgainFromTheJournal(boolean forcedTogether) throws IOException {
        files.worthwhileForces = forcedTogether ? 0 : Integer.MAX_VALUE;
        for (long seed = 1; seed <= RUNS; seed++) {
            // Given records below the recovery point (or none), records in the journal, and others that nobody was told
            // of, all
            // of them on the disk
            random = RandomSource.seeded(seed);
            acknowledged.clear();
            files.killed();
            files.deleteTree(DATA);
            begin();
            appendAcknowledged(1 + below(6));
            if (below(3) > 0) {
                test.folder.checkpointJournal();
            }
            appendAcknowledged(below(6));
            appendNeverAcknowledged(1 + below(6));
            writeBack();
            files.powerCutLosingAll();
            try {
                // When each recovery is cut off one change later than the last
                int step = 0;
                while (!recovers(step)) {
                    step++;
                    assertThat(step).isLessThan(MOST_STEPS);
                    stop();
                }

                // Then the one that gets through finds what was acknowledged, and so does one after that
                assertOnlyWhatWasAcknowledged();
                files.powerCut(random);
                test.open();
                assertOnlyWhatWasAcknowledged();
            } catch (AssertionError | RuntimeException | IOException failure) {
                throw new AssertionError("seed " + seed + ": " + failure, failure);
            }
        }
    }

    private void stop() throws IOException {
        switch (below(4)) {
            case 0 -> files.killed();
            case 1 -> files.powerCutLosingAll();
            case 2 -> {
                files.killed();
                writeBack();
                files.powerCutLosingAll();
            }
            default -> files.powerCut(random);
        }
    }

    /** Whether a recovery needs no more changes than that; the machine ends before the next one. */
    private boolean recovers(int changes) throws IOException {
        config();
        int[] left = {changes};
        files.step = (change, path) -> {
            if (left[0]-- <= 0) {
                throw new IOException("The machine ends before " + change + " of " + path);
            }
        };
        try {
            test.open();
            return true;
        } catch (IOException | RuntimeException cut) {
            assertThat(left[0]).as("%s", cut).isNegative();
            return false;
        } finally {
            files.step = (change, path) -> {};
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTailThatNothingWasWrittenOverIsGoneForGoodWhenTheJournalIsGivenUp(boolean forcedTogether) throws IOException {
        files.worthwhileForces = forcedTogether ? 0 : Integer.MAX_VALUE;
        // Given records below the recovery point, none in the journal, and one that nobody was told of, on the disk
        begin();
        appendAcknowledged(2);
        test.folder.checkpointJournal();
        appendNeverAcknowledged(1);
        writeBack();
        files.powerCutLosingAll();

        // When a start recovers and has no journal from then on, and the power fails
        test = new TestFolder(files, DATA, test.config, 0);
        assertOnlyWhatWasAcknowledged();
        files.powerCutLosingAll();
        test.open();

        // Then that one has not come back
        assertOnlyWhatWasAcknowledged();
    }

    @Test
    void shorterRecordsOverALongTailAreAllThatIsFound() throws IOException {
        // Given one record in the journal, and a tail of many more behind it
        test = new TestFolder(files, DATA, TestFolder.small(100_000), JOURNAL_BYTES);
        appendAcknowledged(1);
        appendNeverAcknowledged(20);
        writeBack();
        files.powerCutLosingAll();

        // When it recovers, then the file ends with that one
        test.open();
        assertOnlyWhatWasAcknowledged();

        // And when it goes on and stops in order, the next start takes nothing else for a record
        appendAcknowledged(1);
        test.restart();
        assertOnlyWhatWasAcknowledged();
    }
}
