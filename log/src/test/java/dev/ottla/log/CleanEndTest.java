package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start looks at of a log that was closed in order: the batches at its end, and its first one. */
class CleanEndTest {
    private final SimulatedFiles files = new SimulatedFiles();
    private TestFolder test;

    /** @param valueBytes of each record, so that the batches lie in one look at the file, or not */
    private void closed(int batches, int valueBytes) throws IOException {
        test = new TestFolder(files, Path.of("/data"), TestFolder.small(1 << 20));
        for (int i = 0; i < batches; i++) {
            test.append(TestFolder.batch(test.nowMs, "x".repeat(valueBytes)));
        }
        test.runAll();
        test.folder.close(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1000, 3900, 10_000})
    void aLastBatchThatFailsItsCrcIsDamage(int valueBytes) throws IOException {
        // Given a log whose last byte is another one than was written
        closed(3, valueBytes);
        Path log = test.partitionPath().resolve("00000000000000000000.log");
        byte[] content = files.content(log).clone();
        content[content.length - 2] ^= 1;
        files.put(log, content);

        // When it is opened, then the partition is offline
        test.open();
        assertThat(test.log().offlineReason()).contains("A batch fails its CRC");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void howOldTheSegmentIsGoesByItsFirstBatch(int batches) throws IOException {
        // Given a log that was closed and opened, of few batches or so many that the index leads to the last of them
        closed(batches, 100);
        long firstMs = test.nowMs;
        test.nowMs += 1000;
        test.open();

        // When a record comes that is just as much younger than the first as a segment may span
        test.append(TestFolder.batch(firstMs + test.config.segmentMs(), "in time"));
        assertThat(test.log().state().segments.size()).isEqualTo(1);

        // Then it has room, and one that is younger still begins another segment
        test.append(TestFolder.batch(firstMs + test.config.segmentMs() + 1, "late"));
        assertThat(test.log().state().segments.size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void theLargestTimestampAndItsOffsetAreKnown(int batches) throws IOException {
        // Given a log whose last batch has the largest timestamp
        closed(batches, 100);
        test.open();
        test.nowMs += 5;
        test.append(TestFolder.batch(test.nowMs, "largest"));
        test.append(TestFolder.batch(test.nowMs - 1, "older"));

        // When it is closed and opened again
        test.restart();

        // Then it is that one's, with its offset
        TimestampOffset largest = test.log().offsetOfMaxTimestamp();
        assertThat(largest).isNotNull();
        assertThat(largest.timestampMs()).isEqualTo(test.nowMs);
        assertThat(largest.offset()).isEqualTo(batches);
        SegmentTimes times = test.log().state().segments.active().times();
        assertThat(times.largestMs()).isEqualTo(test.nowMs);
        assertThat(times.offsetOfLargest()).isEqualTo(batches);
    }
}
