package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final String FIRST_LOG = "00000000000000000000.log";

    private final SimulatedFiles files = new SimulatedFiles();
    private final TestFolder test = open();

    private TestFolder open() {
        try {
            return new TestFolder(files, Path.of("/data"), TestFolder.small(1000));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void fill(int batches) {
        for (int i = 0; i < batches; i++) {
            test.append(TestFolder.batchOf(5, 0, i, test.nowMs + i, "value-" + i));
        }
    }

    @Test
    void everyTornTailIsCutToTheLastWholeBatch() throws IOException {
        // Given a log with a segment that was never forced
        fill(5);
        Path file = test.partitionPath().resolve(FIRST_LOG);
        byte[] whole = files.content(file).clone();
        int size = whole.length / 5;
        for (int cut = 0; cut <= whole.length; cut++) {
            // When the process is killed and the file is torn there
            files.killed();
            files.put(file, Arrays.copyOf(whole, cut));
            test.open();

            // Then all whole batches are served, and the next follows them with its sequence
            int left = cut / size;
            assertThat(test.log().endOffset()).as("cut at %d", cut).isEqualTo(left);
            assertThat(TestFolder.readAll(test.log(), 0, 10_000)).hasSize(left);
            assertThat(files.content(file)).hasSize(left * size);
            assertThat(test.append(TestFolder.batchOf(5, 0, left, 0, "n")).baseOffset())
                    .isEqualTo(left);
        }
    }

    @Test
    void damageBelowTheRecoveryPointTakesThePartitionOfflineAndCutsNothing() throws IOException {
        // Given a log forced up to its end
        fill(5);
        test.log().flush();
        test.folder.checkpoint();
        Path file = test.partitionPath().resolve(FIRST_LOG);
        RandomSource random = RandomSource.seeded(4);
        byte[] whole = files.content(file).clone();
        for (int i = 0; i < 50; i++) {
            // When one bit flips under the CRC, and the process is killed
            byte[] damaged = whole.clone();
            int at = 21 + (int) Math.floorMod(random.nextLong(), whole.length / 5L - 21);
            damaged[at] ^= (byte) (1 << Math.floorMod(random.nextLong(), 8L));
            files.killed();
            files.put(file, damaged);
            test.open();

            // Then the partition is offline, says so to all who ask, and its file is untouched
            assertThat(test.log().offlineReason()).contains("below its recovery point");
            assertThatThrownBy(() -> test.log().read(0, 100, 100, true))
                    .isInstanceOfSatisfying(
                            OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR));
            assertThat(test.tryAppend(TestFolder.batch(0, "x"), 0).error()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            assertThat(files.content(file)).isEqualTo(damaged);
            test.tick(70_000);
        }
        // And when the file is restored, the log is whole again
        files.killed();
        files.put(file, whole);
        test.open();
        assertThat(test.log().offlineReason()).isNull();
        assertThat(test.log().endOffset()).isEqualTo(5);
    }

    @Test
    void missingSegmentsBelowTheRecoveryPointAreDamage() throws IOException {
        fill(40);
        test.runAll();
        test.log().flush();
        test.folder.checkpoint();
        files.killed();
        for (Path file : files.list(test.partitionPath())) {
            if (file.toString().endsWith(".log")) {
                files.deleteIfExists(file);
            }
        }
        test.open();
        assertThat(test.log().offlineReason()).contains("gone");
    }

    @Test
    void lostIndexesAndEpochsAreRebuilt() throws IOException {
        // Given a log of several segments that was closed in order
        for (int i = 0; i < 60; i++) {
            test.tryAppend(TestFolder.batch(test.nowMs + i, "value-" + i), i / 20);
        }
        test.restart();
        test.folder.close(-1);

        // When everything but the logs is lost
        for (Path file : files.list(test.partitionPath())) {
            if (!file.toString().endsWith(".log") && !file.toString().endsWith(".metadata")) {
                files.deleteIfExists(file);
            }
        }
        test.open();

        // Then reads by offset, time and epoch go on as before
        assertThat(TestFolder.readAll(test.log(), 0, 300)).hasSize(60);
        assertThat(test.log().offsetForTime(test.nowMs + 33)).isEqualTo(new TimestampOffset(test.nowMs + 33, 33, 1));
        assertThat(test.log().endOffsetForEpoch(0)).isEqualTo(new EpochEnd(0, 20));
    }

    @Test
    void anIndexThatWasNotForcedIsNotTrustedThoughItsSegmentWas() throws IOException {
        // Given a segment that an earlier process began, whose bytes are forced to the end, and a roll right there
        // whose work was not done yet
        int batches = 0;
        for (; batches < 4; batches++) {
            test.append(TestFolder.batch(test.nowMs + batches, "value"));
        }
        test.restart();
        while (test.log().state().segments.active().sizeBytes() + 100 < 1000) {
            test.append(TestFolder.batch(test.nowMs + batches++, "value"));
        }
        test.log().flush();
        test.folder.checkpoint();
        test.append(TestFolder.batch(test.nowMs + batches, "x".repeat(300)));
        assertThat(test.log().state().segments.active().baseOffset()).isEqualTo(batches);

        // When the process is killed, and its index entries with it
        files.killed();
        test.open();

        // Then times are found in that segment all the same
        assertThat(test.log().offsetForTime(test.nowMs + 6)).isEqualTo(new TimestampOffset(test.nowMs + 6, 6, 0));
        assertThat(TestFolder.readAll(test.log(), 0, 200)).hasSize(batches + 1);
    }

    @Test
    void aDamagedSnapshotIsReplacedByTheLog() throws IOException {
        fill(30);
        test.restart();
        test.folder.close(-1);
        for (Path file : files.list(test.partitionPath())) {
            if (file.toString().endsWith(".snapshot")) {
                byte[] content = files.content(file).clone();
                content[content.length - 1] ^= 1;
                files.put(file, content);
            }
        }
        test.open();
        assertThat(test.append(TestFolder.batchOf(5, 0, 29, 0, "value-29")).duplicate())
                .isTrue();
        assertThat(test.tryAppend(TestFolder.batchOf(5, 0, 31, 0, "x"), 0).error())
                .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void unreadableCheckpointsMeanALongerRecoveryNotACrash() throws IOException {
        fill(30);
        test.restart();
        files.killed();
        files.put(test.path.resolve("recovery-point-offset-checkpoint"), new byte[] {1, 2, 3});
        test.open();
        assertThat(test.log().endOffset()).isEqualTo(30);
    }

    @Test
    void producersSurviveACrashWithAllTheirBatches() throws IOException {
        fill(40);
        test.runAll();
        files.killed();
        test.open();
        for (int sequence = 35; sequence < 40; sequence++) {
            assertThat(test.append(TestFolder.batchOf(5, 0, sequence, 0, "value-" + sequence))
                            .baseOffset())
                    .isEqualTo(sequence);
        }
        assertThat(test.log().endOffset()).isEqualTo(40);
    }

    @Test
    void aSnapshotTakenOnARollOutlivesTheBatchesItSpeaksOf() throws IOException {
        // Given a producer whose batches all lie in segments that others' have followed
        fill(5);
        for (int i = 0; i < 60; i++) {
            test.append(TestFolder.batch(test.nowMs + i, "value-" + i));
        }
        test.log().flush();
        test.runAll();
        // When those segments are deleted and the process is killed
        test.log().deleteRecords(40);
        test.log().applyRetention(test.nowMs);
        test.tick(70_000);
        assertThat(test.log().state().segments.get(0).baseOffset()).isGreaterThan(5);
        test.folder.checkpoint();
        files.killed();
        test.open();

        // Then the producer is known by the snapshot alone: a repeat is one, and a gap is one
        AppendResult repeat = test.append(TestFolder.batchOf(5, 0, 4, 0, "value-4"));
        assertThat(repeat.duplicate()).isTrue();
        assertThat(repeat.baseOffset()).isEqualTo(4);
        assertThat(test.tryAppend(TestFolder.batchOf(5, 0, 6, 0, "x"), 0).error())
                .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }
}
