package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After a kill the journal gives a log its last batches back, and nothing else of its folder is made anew: of ten thousand folders, each file takes long. */
class QuietRecoveryTest {
    private static final Path DATA = Path.of("/data");
    private static final long JOURNAL_BYTES = 1 << 20;

    private final SimulatedFiles files = new SimulatedFiles();
    private final List<ByteBuffer> acknowledged = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private final List<String> opened = new ArrayList<>();
    private TestFolder test;

    @BeforeEach
    void aLogThatWasClosedInOrder() throws IOException {
        test = new TestFolder(files, DATA, TestFolder.small(100_000), JOURNAL_BYTES);
        for (int i = 0; i < 20; i++) {
            append();
        }
        test.restart();
    }

    private void append() throws IOException {
        test.nowMs += 1000;
        ByteBuffer batch = TestFolder.batch(test.nowMs, "value-" + acknowledged.size() + "x".repeat(100));
        test.append(batch);
        acknowledged.add(batch);
        test.commit();
    }

    /** Starts again and notes what becomes of the partition's folder. */
    private void kill() throws IOException {
        files.killed();
        Path folder = test.partitionPath();
        files.step = (change, path) -> {
            if (folder.equals(path.getParent()) || folder.equals(path)) {
                changes.add(change + " " + path.getFileName());
            }
        };
        files.opening = path -> {
            if (folder.equals(path.getParent())) {
                opened.add(String.valueOf(path.getFileName()));
            }
        };
        test.open();
        files.step = (change, path) -> {};
        files.opening = path -> {};
    }

    private void assertAllIsThere() throws IOException {
        PartitionLog log = test.log();
        assertThat(log.offlineReason()).isNull();
        log.advanceHighWatermark(log.endOffset());
        assertThat(TestFolder.readAll(log, 0, 2000)).isEqualTo(acknowledged);
        // The time index tells where to look.
        long lastMs = test.nowMs;
        TimestampOffset found = log.offsetForTime(lastMs);
        assertThat(found).isNotNull();
        assertThat(found.offset()).isEqualTo(acknowledged.size() - 1);
    }

    private boolean hasSnapshot(long offset) throws IOException {
        return files.exists(new SegmentNames(test.partitionPath(), offset).file(SegmentNames.SNAPSHOT));
    }

    @Test
    void onlyTheLogIsWrittenTo() throws IOException {
        // Given a batch in the journal
        append();

        // When the process is killed and the next one recovers
        kill();

        // Then it has opened the log, once, and written that batch; it has made, renamed and deleted nothing
        assertThat(opened).containsExactly("00000000000000000000.log");
        assertThat(changes).containsExactly("write 00000000000000000000.log", "force 00000000000000000000.log");
        assertAllIsThere();
    }

    @Test
    void whatWasLeftIsPutRightWhenItIsClosedInOrder() throws IOException {
        // Given a log that was recovered, with a snapshot of before and checksums of before
        append();
        kill();
        assertThat(hasSnapshot(20)).isTrue();

        // When it is closed in order
        append();
        test.restart();

        // Then the snapshot at its end is its only one, and the start found nothing wrong with its checksums
        assertThat(hasSnapshot(20)).isFalse();
        assertThat(hasSnapshot(22)).isTrue();
        PartitionSums sums = PartitionSums.read(files, FolderListing.read(files, test.partitionPath()));
        assertThat(sums).isNotNull();
        assertThat(sums.segments().get(0L))
                .isEqualTo(test.log().state().segments.active().sum());
        assertAllIsThere();
    }

    @Test
    void anIndexIsEmptiedBeforeItsNewEntriesAreWritten() throws IOException {
        // Given an index with entries up to the last clean stop, made with another distance between them than now
        Path index = test.partitionPath().resolve("00000000000000000000.index");
        int before = files.content(index).length;
        assertThat(before).isGreaterThan(2 * OffsetIndex.ENTRY_BYTES);
        append();
        test.config = sparse();

        // When a recovery has rebuilt it, and it is written since nobody uses it
        kill();
        assertThat(files.content(index)).hasSize(before);
        test.log().closer().closeIdle();
        test.log().closer().closeIdle();

        // Then it has the new entries alone
        assertThat(files.content(index).length).isPositive().isLessThan(before);
        assertAllIsThere();
    }

    private static LogConfig sparse() {
        LogConfig or = TestFolder.small(100_000);
        return new LogConfig(
                or.segmentBytes(),
                or.segmentMs(),
                or.segmentJitterMs(),
                or.segmentIndexBytes(),
                2000,
                or.retentionMs(),
                or.retentionBytes(),
                or.fileDeleteDelayMs(),
                or.flushMessages(),
                or.flushMs(),
                or.deletes(),
                or.compacts(),
                or.journaled(),
                or.compaction());
    }

    @Test
    void aSnapshotAtTheEndGoesWhenNothingFollows() throws IOException {
        // Given a log with nothing in the journal
        assertThat(hasSnapshot(20)).isTrue();

        // When it is recovered, then its snapshot vouches for nothing any more
        kill();
        assertThat(hasSnapshot(20)).isFalse();
        assertAllIsThere();
    }

    @Test
    void aSnapshotAtTheEndGoesWhenWhatFollowedItWasTakenBack() throws IOException {
        // Given a batch that is taken away again, in the journal, but not yet in the folder
        append();
        acknowledged.removeLast();
        files.step = (change, path) -> {
            if (change.equals("delete")) {
                throw new IOException("The machine ends before " + change + " of " + path);
            }
        };
        assertThatThrownBy(() -> test.log().truncateTo(20)).isInstanceOf(OttlaException.class);
        assertThat(hasSnapshot(20)).isTrue();

        // When it is recovered, then its snapshot vouches for nothing any more
        kill();
        assertThat(test.log().endOffset()).isEqualTo(20);
        assertThat(hasSnapshot(20)).isFalse();
    }

    @Test
    void anIndexOfBatchesThatAreCutOffIsEmptied() throws IOException {
        // Given batches that nobody was told of, and an index of them
        Path index = test.partitionPath().resolve("00000000000000000000.index");
        int before = files.content(index).length;
        for (int i = 0; i < 20; i++) {
            test.append(TestFolder.batch(test.nowMs, "never acknowledged" + "x".repeat(100)));
        }
        test.log().closer().closeIdle();
        test.log().closer().closeIdle();
        assertThat(files.content(index)).hasSizeGreaterThan(before);

        // When the recovery cuts them off, then the index does not point behind the log's end
        kill();
        assertThat(files.content(index)).isEmpty();
        assertAllIsThere();
    }

    @Test
    void anIndexOfBatchesThatAreTruncatedIsEmptied() throws IOException {
        // Given an index of more batches than are to be left
        Path index = test.partitionPath().resolve("00000000000000000000.index");
        assertThat(files.content(index)).isNotEmpty();

        // When the log is truncated, then the file does not point into what will be written there
        test.log().truncateTo(5);
        assertThat(files.content(index)).isEmpty();
    }

    @Test
    void aSnapshotAtTheEndGoesBeforeASegmentBeginsThere() throws IOException {
        // Given a batch in the journal, for which there is no room in the segment any more
        append();
        test.config = TestFolder.small(200);

        // When the recovery begins a segment for it, where the snapshot is
        kill();

        // Then that went first: it is of before, and says nothing of the segment that ends there
        String segment = "create 00000000000000000020.log";
        assertThat(changes).contains("delete 00000000000000000020.snapshot", segment);
        // And for good, whatever the power's going would leave of the two
        assertThat(changes)
                .containsSubsequence(
                        "delete 00000000000000000020.snapshot",
                        "force " + test.partitionPath().getFileName(),
                        segment);
        assertAllIsThere();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aSegmentThatIsSealedIsNotHeldToWhatItWasBefore(int change) throws IOException {
        // Given a log that has grown since it was closed in order, and a recovery point at its end
        append();
        test.folder.checkpointJournal();

        // When a segment begins there, and the machine ends at one of the changes that this makes
        int[] left = {change};
        files.step = (what, path) -> {
            if (left[0]-- <= 0) {
                throw new IOException("The machine ends before " + what + " of " + path);
            }
        };
        try {
            test.log().roll();
            test.runAll();
        } catch (OttlaException ended) {
            assertThat(ended.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        }

        // Then the next start finds no damage
        kill();
        assertAllIsThere();
    }

    private static IntStream changes() {
        return IntStream.range(0, 25);
    }

    @Test
    void theProducersAtTheBeginningOfASegmentStay() throws IOException {
        // Given a segment in which nothing is yet, and nothing in the journal
        test.log().roll();
        test.runAll();
        test.folder.checkpointJournal();
        assertThat(hasSnapshot(20)).isTrue();

        // When the process is killed again and again, then what is known of the producers below it is there
        for (int life = 0; life < 2; life++) {
            kill();
            assertThat(hasSnapshot(20)).isTrue();
        }
        assertAllIsThere();
    }

    @Test
    void whatIsLeftOfEarlierLivesMisleadsNoLaterOne() throws IOException {
        RandomSource random = RandomSource.seeded(5);
        for (int life = 0; life < 60; life++) {
            // Given a log with some batches since its last start
            int batches = (int) Math.floorMod(random.nextLong(), 4L);
            for (int i = 0; i < batches; i++) {
                append();
            }
            if ((random.nextLong() & 3) == 0) {
                test.log().roll();
            }

            // When the process is killed, or the power goes, or it stops in order
            switch ((int) Math.floorMod(random.nextLong(), 3L)) {
                case 0 -> kill();
                case 1 -> {
                    files.powerCut(random);
                    test.open();
                }
                default -> test.restart();
            }

            // Then all of it is there
            assertAllIsThere();
        }
    }
}
