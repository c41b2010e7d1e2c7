package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damage that a start does not look for is met later: by a reader. It costs the partition, never its neighbours. */
class DamageWhileServingTest {
    private static final TopicPartition OTHER = new TopicPartition(new TopicId(7, 9), "other", 0);

    private final SimulatedFiles files = new SimulatedFiles();
    private TestFolder test;
    private PartitionLog other;
    private Path firstSegment;

    @BeforeEach
    void twoLogsOfSeveralSegments() throws IOException {
        test = new TestFolder(files, Path.of("/data"), TestFolder.small(2000), 1 << 20);
        for (int i = 0; i < 60; i++) {
            test.append(TestFolder.batch(test.nowMs, "value-" + i + "x".repeat(50)));
        }
        test.folder.create(OTHER, test.config);
        test.commit();
        test.runAll();
        firstSegment = test.partitionPath().resolve("00000000000000000000.log");
    }

    private void start() throws IOException {
        test.open();
        other = test.folder.get(OTHER);
    }

    private void damageInTheMiddle() {
        byte[] content = files.content(firstSegment).clone();
        Arrays.fill(content, 512, 1024, (byte) 0);
        files.put(firstSegment, content);
    }

    private static AppendResult append(PartitionLog log) {
        ByteBuffer batch = TestFolder.batch(1_700_000_000_000L, "another");
        return log.append(batch, BatchHeader.maxTimestampMs(batch, 0), 0, 0, 1_700_000_000_000L);
    }

    @Test
    void thePartitionAloneGoesOffline() throws IOException {
        // Given a clean stop, and zeros in the middle of an old segment
        test.folder.close(-1);
        damageInTheMiddle();
        start();
        assertThat(test.log().offlineReason()).isNull();

        // When a reader comes to them
        assertThatThrownBy(() -> TestFolder.readAll(test.log(), 0, 600))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR));

        // Then the partition says where they are and what to do, and takes nothing any more
        assertThat(test.log().offlineReason())
                .contains("No whole batch at position", firstSegment.toString(), "ottla log repair orders-3");
        assertThat(append(test.log()).error()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        // And its neighbour goes on
        assertThat(test.folder.failure()).isNull();
        assertThat(append(other).succeeded()).isTrue();
        test.commit();
        assertThat(TestFolder.readAll(other, 0, 600)).hasSize(1);
    }

    @Test
    void whatWasAppendedBeforeIsThereAfterTheRepair() throws IOException {
        // Given records that are in the journal and not forced in the segments, of a log that then goes offline
        test.folder.close(-1);
        byte[] whole = files.content(firstSegment).clone();
        damageInTheMiddle();
        start();
        assertThat(append(test.log()).baseOffset()).isEqualTo(60);
        test.commit();
        assertThatThrownBy(() -> TestFolder.readAll(test.log(), 0, 600)).isInstanceOf(OttlaException.class);

        // When the folder is closed in order, the file brought back, and the folder opened
        test.folder.close(-1);
        files.put(firstSegment, whole);
        start();

        // Then nothing is missing
        assertThat(test.log().offlineReason()).isNull();
        assertThat(test.log().endOffset()).isEqualTo(61);
        assertThat(TestFolder.readAll(test.log(), 0, 600)).hasSize(61);
    }

    @Test
    void oneBadSectorRefusesWhatLiesThere() throws IOException {
        // Given a sector that the disk cannot read
        test.folder.close(-1);
        start();
        files.failRead = firstSegment::equals;

        // When a reader comes to it
        assertThatThrownBy(() -> TestFolder.readAll(test.log(), 0, 600)).isInstanceOf(OttlaException.class);

        // Then the rest of the log is served, and the folder works
        assertThat(test.folder.failure()).isNull();
        assertThat(TestFolder.readAll(test.log(), 59, 600)).hasSize(1);
        assertThat(append(test.log()).succeeded()).isTrue();
        assertThat(append(other).succeeded()).isTrue();
    }

    @Test
    void anIndexThatPointsElsewhereIsMadeAnew() throws IOException {
        // Given an offset index of which one entry points into the middle of another batch
        test.folder.close(-1);
        Path index = test.partitionPath().resolve("00000000000000000000.index");
        byte[] right = files.content(index).clone();
        byte[] wrong = right.clone();
        wrong[wrong.length / 16 * 8 + 7] ^= 32;
        files.put(index, wrong);
        start();

        // When everything is read from every offset
        for (long offset = 0; offset < 60; offset++) {
            ByteBuffer first = TestFolder.readAll(test.log(), offset, 600).getFirst();
            assertThat(BatchHeader.baseOffset(first, 0)).isEqualTo(offset);
        }

        // Then all is found, and the index is right again after the next start
        assertThat(test.log().offlineReason()).isNull();
        test.restart();
        assertThat(files.content(index)).isEqualTo(right);
    }
}
