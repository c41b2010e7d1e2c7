package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** How the segments of a journaled log reach the disk. */
class JournaledForcesTest {
    private static final String VALUE = "x".repeat(100_000);

    private final SimulatedFiles files = new SimulatedFiles();

    @Test
    void theyAreForcedInSmallPiecesLongBeforeTheJournalIsFull() throws IOException {
        // Given a journal far from full
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(64 << 20), 64 << 20);
        Path segment = test.partitionPath().resolve("00000000000000000000.log");
        for (int i = 0; i < 20; i++) {
            test.append(TestFolder.batch(test.nowMs, VALUE));
        }
        assertThat(files.durableContent(segment)).isEmpty();

        // When two more make it more than two mebibytes
        for (int i = 0; i < 2; i++) {
            test.append(TestFolder.batch(test.nowMs, VALUE));
        }

        test.runAll();

        // Then they are on the disk, and nothing is forced again before as much has come
        assertThat(files.durableContent(segment)).hasSizeGreaterThan(2 << 20);
        int forced = files.durableContent(segment).length;
        test.append(TestFolder.batch(test.nowMs, VALUE));
        test.runAll();
        assertThat(files.durableContent(segment)).hasSize(forced);
    }

    @Test
    void theRoomIsLookedAtWithEachPieceSoThatAFastProducerDoesNotTakeTheReserve() throws IOException {
        // Given a disk that fills up between two looks that the clock asks for
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(64 << 20), 64 << 20);
        for (int i = 0; i < 20; i++) {
            test.append(TestFolder.batch(test.nowMs, VALUE));
        }
        test.commit();
        test.runAll();
        files.usableBytes = LogEnvironment.RESERVE_BYTES - 1;

        // When the piece is full, then appends are refused at once
        test.append(TestFolder.batch(test.nowMs, VALUE));
        test.runAll();
        assertThat(test.tryAppend(TestFolder.batch(test.nowMs, VALUE), 0).message())
                .contains("nearly full");
    }

    private static LogConfig flushing(long messages, long ms) {
        LogConfig or = TestFolder.small(64 << 20);
        return new LogConfig(
                or.segmentBytes(),
                or.segmentMs(),
                or.segmentJitterMs(),
                or.segmentIndexBytes(),
                or.indexIntervalBytes(),
                or.retentionMs(),
                or.retentionBytes(),
                or.fileDeleteDelayMs(),
                messages,
                ms,
                or.deletes(),
                or.compacts(),
                or.journaled(),
                or.compaction());
    }

    @Test
    void flushMessagesHasNothingLeftToForce() throws IOException {
        // Given flush.messages=1, which without a journal has every append wait for a force of its segment
        TestFolder test = new TestFolder(files, Path.of("/data"), flushing(1, Long.MAX_VALUE), 64 << 20);
        Path segment = test.partitionPath().resolve("00000000000000000000.log");

        // When a record is appended
        AppendResult result = test.append(TestFolder.batch(test.nowMs, VALUE));
        test.commit();

        // Then the journal has forced it before it counts, and nobody waits for the segment
        assertThat(result.needsFlush()).isFalse();
        assertThat(test.log().durableOffset()).isEqualTo(1);
        assertThat(files.durableContent(segment)).isEmpty();
    }

    @Test
    void flushMsForcesTheSegmentsInTheBackground() throws IOException {
        // Given flush.ms=1000 and a record that is in the journal
        TestFolder test = new TestFolder(files, Path.of("/data"), flushing(Long.MAX_VALUE, 1000), 64 << 20);
        Path segment = test.partitionPath().resolve("00000000000000000000.log");
        test.append(TestFolder.batch(test.nowMs, "first"));
        test.tick(0);
        int forced = files.durableContent(segment).length;
        test.append(TestFolder.batch(test.nowMs, VALUE));
        test.commit();
        test.tick(900);
        assertThat(files.durableContent(segment)).hasSize(forced);

        // When that second has passed, then its segment is forced, too: it was durable all the time
        test.tick(200);
        assertThat(files.durableContent(segment)).hasSizeGreaterThan(forced);
        assertThat(test.log().flushedOffset()).isEqualTo(2);
    }
}
