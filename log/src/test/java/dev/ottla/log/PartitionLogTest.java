package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionLogTest {
    private final SimulatedFiles files = new SimulatedFiles();
    private final TestFolder test = open();

    private TestFolder open() {
        try {
            return new TestFolder(files, Path.of("/data"), TestFolder.small(2000));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void assignsDenseOffsetsAndReadsWholeBatchesBack() throws IOException {
        // Given three batches
        for (int i = 0; i < 3; i++) {
            AppendResult result = test.append(TestFolder.batch(test.nowMs, "a", "b"));
            assertThat(result.baseOffset()).isEqualTo(2L * i);
            assertThat(result.lastOffset()).isEqualTo(2L * i + 1);
        }

        // When read from inside the second
        try (LogSlice slice = test.log().read(3, Integer.MAX_VALUE, Long.MAX_VALUE, true)) {
            // Then it comes whole, with the third
            ByteBuffer bytes = ByteBuffer.allocate(slice.sizeBytes());
            slice.copyTo(0, bytes);
            assertThat(BatchHeader.baseOffset(bytes, 0)).isEqualTo(2);
            assertThat(slice.sizeBytes()).isEqualTo(2 * BatchHeader.sizeBytes(bytes, 0));
        }
    }

    @Test
    void neverReadsBeyondTheEndThatIsAskedFor() {
        // Given three batches of two records
        int size = 0;
        for (int i = 0; i < 3; i++) {
            ByteBuffer batch = TestFolder.batch(test.nowMs, "a", "b");
            size = batch.remaining();
            test.append(batch);
        }

        // When the bound lies inside the third, then only the first two come
        try (LogSlice slice = test.log().read(0, Integer.MAX_VALUE, 5, true)) {
            assertThat(slice.sizeBytes()).isEqualTo(2 * size);
        }
        // And a small budget gives as many whole batches as fit
        try (LogSlice slice = test.log().read(0, 2 * size + 5, 6, true)) {
            assertThat(slice.sizeBytes()).isEqualTo(2 * size);
        }
        // And the first batch comes though it is too large, only if wanted
        try (LogSlice slice = test.log().read(0, 10, 6, true)) {
            assertThat(slice.sizeBytes()).isEqualTo(size);
        }
        try (LogSlice slice = test.log().read(0, 10, 6, false)) {
            assertThat(slice.sizeBytes()).isZero();
        }
    }

    @Test
    void refusesOffsetsOutsideTheLog() {
        test.append(TestFolder.batch(test.nowMs, "a"));
        assertThatThrownBy(() -> test.log().read(2, 100, 100, true))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE));
        assertThatThrownBy(() -> test.log().read(-1, 100, 100, true)).isInstanceOf(OttlaException.class);
        try (LogSlice slice = test.log().read(1, 100, 100, true)) {
            assertThat(slice.sizeBytes()).isZero();
        }
    }

    @Test
    void findsRecordsByTimeInsideBatchesOfAnyCodec() {
        // Given batches whose records rise in time, plain and compressed
        for (int i = 0; i < 20; i++) {
            BatchBuilder builder = new BatchBuilder()
                    .codec(i % 2 == 0 ? Codec.NONE : Codec.ZSTD)
                    .leaderEpoch(0);
            test.append(TestFolder.fill(builder, 1000 + 10L * i, "a", "b", "c").build());
        }

        // When looked up, then the very record is found, across segments too
        assertThat(test.log().offsetForTime(0)).isEqualTo(new TimestampOffset(1000, 0, 0));
        assertThat(test.log().offsetForTime(1051)).isEqualTo(new TimestampOffset(1051, 16, 0));
        assertThat(test.log().offsetForTime(1053)).isEqualTo(new TimestampOffset(1060, 18, 0));
        assertThat(test.log().offsetForTime(1193)).isNull();
        assertThat(test.log().offsetOfMaxTimestamp()).isEqualTo(new TimestampOffset(1192, 59, 0));
        // And not below the log start
        test.log().deleteRecords(17);
        assertThat(test.log().offsetForTime(0)).isEqualTo(new TimestampOffset(1052, 17, 0));
    }

    @Test
    void aRolledSegmentIsThereAfterAPowerCutOnceItIsForced() throws IOException {
        // Given a log that was forced, then rolled, then forced again
        ByteBuffer first = TestFolder.batch(test.nowMs, "a");
        test.append(first);
        test.log().flush();
        test.log().roll();
        ByteBuffer second = TestFolder.batch(test.nowMs, "b");
        test.append(second);
        test.log().flush();

        // When nothing survives but what was forced
        files.powerCutLosingAll();
        test.open();

        // Then the second segment's name did
        assertThat(TestFolder.readAll(test.log(), 0, 1000)).containsExactly(first, second);
    }

    @Test
    void rollsByRecordTimeAsKafkaDoes() {
        // Given a first batch
        test.append(TestFolder.batch(1000, "a"));

        // When one comes that is segment.ms later in record time
        test.append(TestFolder.batch(1000 + test.config.segmentMs(), "b"));
        assertThat(test.log().state().segments.size()).isEqualTo(1);
        test.append(TestFolder.batch(1001 + test.config.segmentMs(), "c"));

        // Then a segment begins with it
        assertThat(test.log().state().segments.active().baseOffset()).isEqualTo(2);
    }

    @Test
    void offsetsGoOnAfterRetentionTookEverything() throws IOException {
        // Given records that are a week old and more
        for (int i = 0; i < 100; i++) {
            test.append(TestFolder.batch(test.nowMs, "value-" + i));
        }
        test.runAll();
        test.nowMs += test.config.retentionMs() + 1;

        // When retention runs, and the broker stops and starts
        test.log().applyRetention(test.nowMs);
        assertThat(test.log().sizeBytes()).isZero();
        assertThat(test.log().startOffset()).isEqualTo(100);
        test.restart();

        // Then the next record has the next offset
        assertThat(test.log().startOffset()).isEqualTo(100);
        assertThat(test.append(TestFolder.batch(test.nowMs, "next")).baseOffset())
                .isEqualTo(100);
    }

    @Test
    void retentionKeepsWhatIsNotCommitted() {
        // Given old records above the high watermark
        for (int i = 0; i < 100; i++) {
            test.tryAppend(TestFolder.batch(0, "value-" + i), 0);
        }

        // When retention runs, then it takes nothing until they are committed
        assertThat(test.log().applyRetention(test.nowMs)).isZero();
        test.log().advanceHighWatermark(50);
        test.log().applyRetention(test.nowMs);
        assertThat(test.log().startOffset()).isLessThanOrEqualTo(50).isPositive();
    }

    @Test
    void retentionBySizeLeavesAtLeastTheBound() {
        test.log().configure(withRetentionBytes(3000));
        for (int i = 0; i < 100; i++) {
            test.append(TestFolder.batch(test.nowMs, "value-" + i));
        }
        test.log().applyRetention(test.nowMs);
        assertThat(test.log().sizeBytes()).isBetween(3000L, 5000L);
    }

    private LogConfig withRetentionBytes(long bytes) {
        LogConfig c = test.config;
        return new LogConfig(
                c.segmentBytes(),
                c.segmentMs(),
                0,
                c.segmentIndexBytes(),
                c.indexIntervalBytes(),
                c.retentionMs(),
                bytes,
                c.fileDeleteDelayMs(),
                c.flushMessages(),
                c.flushMs(),
                true,
                false,
                false,
                CompactionConfig.defaults());
    }

    @Test
    void deleteRecordsIsDurableAndBoundedByTheHighWatermark() throws IOException {
        for (int i = 0; i < 30; i++) {
            test.append(TestFolder.batch(test.nowMs, "value-" + i));
        }
        assertThatThrownBy(() -> test.log().deleteRecords(31))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE));
        assertThat(test.log().deleteRecords(17)).isEqualTo(17);
        assertThatThrownBy(() -> test.log().read(16, 100, 100, true)).isInstanceOf(OttlaException.class);

        // When the process is killed, then the log start is where it was
        files.killed();
        test.open();
        assertThat(test.log().startOffset()).isEqualTo(17);
        assertThat(test.log().deleteRecords(-1)).isEqualTo(test.log().highWatermark());
    }

    @Test
    void aDuplicateIsAnsweredWithItsFirstOffsetAlsoAfterARestart() throws IOException {
        // Given six batches of one producer
        for (int i = 0; i < 6; i++) {
            test.append(TestFolder.batchOf(9, 0, 2 * i, test.nowMs, "a", "b"));
        }
        test.restart();

        // When one of the last five comes again, then it is answered, not appended
        for (int i = 1; i < 6; i++) {
            AppendResult again = test.append(TestFolder.batchOf(9, 0, 2 * i, test.nowMs, "a", "b"));
            assertThat(again.duplicate()).isTrue();
            assertThat(again.baseOffset()).isEqualTo(2L * i);
        }
        // And an older one, or one with a gap, is refused
        for (int sequence : new int[] {0, 14}) {
            AppendResult refused = test.tryAppend(TestFolder.batchOf(9, 0, sequence, test.nowMs, "a", "b"), 0);
            assertThat(refused.error()).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        }
        assertThat(test.log().endOffset()).isEqualTo(12);
    }

    @Test
    void aFullDiskLeavesWholeBatchesAndTheLogWorksAgainLater() throws IOException {
        // Given a disk with room for one and a half batches
        int size = TestFolder.batch(test.nowMs, "abc").remaining();
        test.log();
        files.freeBytes = size * 3L / 2;
        test.append(TestFolder.batch(test.nowMs, "abc"));

        // When the second does not fit
        AppendResult refused = test.tryAppend(TestFolder.batch(test.nowMs, "abc"), 0);

        // Then it is refused without a trace, and goes through once there is room
        assertThat(refused.error()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(test.folder.failure()).isNull();
        assertThat(files.size(test.partitionPath().resolve("00000000000000000000.log")))
                .isEqualTo(size);
        files.freeBytes = Long.MAX_VALUE;
        assertThat(test.append(TestFolder.batch(test.nowMs, "abc")).baseOffset())
                .isEqualTo(1);
        assertThat(TestFolder.readAll(test.log(), 0, 1000)).hasSize(2);
    }

    @Test
    void aFailedForceIsFinalForTheFolder() throws IOException {
        // Given a log whose file cannot be forced once
        test.append(TestFolder.batch(test.nowMs, "abc"));
        boolean[] failed = new boolean[1];
        files.failForce = path -> path.toString().endsWith(".log") && !failed[0] && (failed[0] = true);
        var flushed = test.log().flushed(1);
        test.runAll();

        // Then waiter, append and read are told, also when the disk pretends to work again
        assertThat(flushed).isCompletedExceptionally();
        assertThat(test.tryAppend(TestFolder.batch(test.nowMs, "abc"), 0).error())
                .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThatThrownBy(() -> test.log().read(0, 100, 100, true)).isInstanceOf(OttlaException.class);
        assertThat(test.folder.failure()).isNotNull();

        // And there is no clean mark, so that the next start recovers
        test.folder.close(-1);
        files.killed();
        test.open();
        assertThat(test.folder.startedClean()).isFalse();
    }

    @Test
    void flushMessagesAsksForAForceBeforeTheAcknowledgement() {
        // Given flush.messages=2
        LogConfig c = test.config;
        test.config = new LogConfig(
                c.segmentBytes(),
                c.segmentMs(),
                0,
                c.segmentIndexBytes(),
                200,
                -1,
                -1,
                0,
                2,
                Long.MAX_VALUE,
                true,
                false,
                false,
                CompactionConfig.defaults());

        // When records come one by one, then every second asks
        AppendResult first = test.append(TestFolder.batch(test.nowMs, "a"));
        AppendResult second = test.append(TestFolder.batch(test.nowMs, "b"));
        assertThat(List.of(first.needsFlush(), second.needsFlush())).containsExactly(false, true);
        var done = test.log().flushed(2);
        assertThat(done).isNotDone();
        test.runAll();
        assertThat(done).isCompleted();
        assertThat(test.log().flushedOffset()).isEqualTo(2);
        assertThat(test.append(TestFolder.batch(test.nowMs, "c")).needsFlush()).isFalse();
    }

    @Test
    void epochsEndWhereTheNextBegins() {
        test.tryAppend(TestFolder.batch(test.nowMs, "a"), 2);
        test.tryAppend(TestFolder.batch(test.nowMs, "b"), 2);
        test.tryAppend(TestFolder.batch(test.nowMs, "c"), 5);
        PartitionLog log = test.log();
        assertThat(log.latestEpoch()).isEqualTo(5);
        assertThat(log.endOffsetForEpoch(5)).isEqualTo(new EpochEnd(5, 3));
        assertThat(log.endOffsetForEpoch(4)).isEqualTo(new EpochEnd(2, 2));
        assertThat(log.endOffsetForEpoch(2)).isEqualTo(new EpochEnd(2, 2));
        assertThat(log.endOffsetForEpoch(1)).isEqualTo(new EpochEnd(1, 0));
        assertThat(log.endOffsetForEpoch(6)).isEqualTo(EpochEnd.UNDEFINED);
        assertThat(log.epochAt(1)).isEqualTo(2);
    }
}
