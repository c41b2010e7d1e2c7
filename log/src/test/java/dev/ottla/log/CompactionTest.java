package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompactionTest {
    private static final CompactionConfig ALWAYS = new CompactionConfig(0.01, 0, Long.MAX_VALUE, 1000);

    private final SimulatedFiles files = new SimulatedFiles();

    private TestFolder folder(CompactionConfig config) throws IOException {
        return new TestFolder(files, Path.of("/data"), TestFolder.compacted(1000, config));
    }

    private static void put(TestFolder test, String key, @Nullable String value) {
        test.append(new BatchBuilder()
                .append(test.nowMs, bytes(key), value == null ? null : bytes(value))
                .build());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void fill(TestFolder test, int from, int count) {
        for (int i = from; i < from + count; i++) {
            test.nowMs += 10;
            put(test, "key" + i % 3, "value" + i);
        }
    }

    private static List<Long> offsets(TestFolder test) throws IOException {
        return VisibleRecords.of(test.log()).stream()
                .map(VisibleRecords.Entry::offset)
                .toList();
    }

    @Test
    void onlyTheLastRecordOfAKeyIsLeftBelowTheActiveSegment() throws IOException {
        TestFolder test = folder(ALWAYS);
        fill(test, 0, 30);
        test.log().roll();
        fill(test, 30, 1);
        assertThat(test.clean()).isTrue();
        assertThat(offsets(test)).containsExactly(27L, 28L, 29L, 30L);
        assertThat(test.log().cleanedOffset()).isEqualTo(30);
        assertThat(test.log().startOffset()).isZero();
        // And there is nothing more to do
        assertThat(test.clean()).isFalse();
        assertThat(new String(files.content(Path.of("/data", OffsetCheckpoint.CLEANED)), StandardCharsets.UTF_8))
                .isEqualTo("0\n1\norders 3 30\n");
    }

    @Test
    void whatComesInThePlaceOfWhatWasCutIsSettledAnewBeforeItIsCleaned() throws IOException {
        // Given a journaled log whose recovery point, on the disk, lies above where it is cut then
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.compacted(1000, ALWAYS), 1 << 20);
        fill(test, 0, 10);
        test.commit();
        test.log().advanceHighWatermark(10);
        fill(test, 10, 10);
        test.folder.checkpointJournal();
        test.log().truncateTo(10);

        // When a cleaning removes what came instead, and the power goes
        fill(test, 10, 9);
        test.commit();
        test.log().advanceHighWatermark(19);
        test.log().roll();
        assertThat(test.clean()).isTrue();
        List<Long> left = offsets(test);
        assertThat(left).containsExactly(16L, 17L, 18L);
        files.powerCutLosingAll();
        test.open();

        // Then it does not come back: recovery begins behind it
        test.log().advanceHighWatermark(test.log().endOffset());
        assertThat(offsets(test)).isEqualTo(left);
    }

    @Test
    void aJournaledLogIsSettledWhenItIsDueRatherThanLeftForTheNextCheckpoint() throws IOException {
        // Given records that are in the journal, and no checkpoint since
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.compacted(1000, ALWAYS), 1 << 20);
        fill(test, 0, 30);
        test.log().roll();
        fill(test, 30, 1);
        test.commit();
        test.log().advanceHighWatermark(test.log().endOffset());

        // When the cleaner looks, then it cleans
        assertThat(test.clean()).isTrue();
        assertThat(offsets(test)).containsExactly(27L, 28L, 29L, 30L);

        // And what a crash replays is what it left
        files.killed();
        test.open();
        assertThat(offsets(test)).containsExactly(27L, 28L, 29L, 30L);
    }

    @Test
    void whatReadersWereShownOfACleaningOutlivesAPowerCut() throws IOException {
        TestFolder test = folder(ALWAYS);
        fill(test, 0, 30);
        test.log().roll();
        fill(test, 30, 1);
        test.log().flush();
        List<Long> before = offsets(test);
        List<Long> shown = new ArrayList<>();
        files.step = (change, path) -> {
            List<Long> now = offsets(test);
            if (shown.isEmpty() && !now.equals(before)) {
                // When the power is cut as soon as anything is gone
                shown.addAll(now);
                files.powerCutLosingAll();
            }
            if (!shown.isEmpty()) {
                throw new IOException("the machine stops");
            }
        };
        test.clean();
        files.step = (change, path) -> {};
        files.killed();
        assertThat(shown).isNotEmpty();
        test.open();
        test.log().advanceHighWatermark(test.log().endOffset());
        // Then it is gone for good
        assertThat(offsets(test)).isEqualTo(shown);
    }

    @Test
    void aLogWaitsUntilEnoughOfItIsDirtyOrItHasWaitedTooLong() throws IOException {
        TestFolder test = folder(new CompactionConfig(0.9, 0, 60_000, 1000));
        fill(test, 0, 30);
        test.log().roll();
        fill(test, 30, 1);
        assertThat(test.clean()).isTrue();
        for (int i = 0; i < 30; i++) {
            put(test, "other" + i, "value");
        }
        test.log().roll();
        put(test, "key0", "z");
        assertThat(test.log().cleanedOffset()).isEqualTo(30);
        test.log().configure(TestFolder.compacted(1000, new CompactionConfig(1, 0, 60_000, 1000)));
        assertThat(test.clean()).isFalse();
        test.nowMs += 60_100;
        assertThat(test.clean()).isTrue();
        assertThat(test.log().cleanedOffset()).isEqualTo(61);
    }

    @Test
    void youngRecordsAreLeftAlone() throws IOException {
        TestFolder test = folder(new CompactionConfig(0.01, 10_000, Long.MAX_VALUE, 1000));
        fill(test, 0, 30);
        test.log().roll();
        test.nowMs += 9000;
        fill(test, 30, 1);
        assertThat(test.clean()).isFalse();
        test.nowMs += 1010;
        assertThat(test.clean()).isTrue();
        assertThat(test.log().cleanedOffset()).isEqualTo(30);
    }

    @Test
    void whatIsNotForcedOrNotStableIsLeftAlone() throws IOException {
        TestFolder test = folder(ALWAYS);
        fill(test, 0, 5);
        test.append(new BatchBuilder()
                .producer(7, (short) 0, 0)
                .transactional()
                .append(test.nowMs, bytes("key0"), bytes("open"))
                .build());
        for (int i = 0; i < 30; i++) {
            // Not rolled by hand: nothing is forced until the storage threads have run
            put(test, "key0", "v".repeat(60));
        }
        assertThat(test.clean()).isFalse();
        test.runAll();
        assertThat(test.clean()).isFalse();
        test.append(TransactionTest.marker(7, 0, true, test.nowMs));
        assertThat(test.clean()).isTrue();
        assertThat(test.log().cleanedOffset()).isPositive();
    }

    @Test
    void tombstonesStayForTheirRetention() throws IOException {
        TestFolder test = folder(ALWAYS);
        fill(test, 0, 9);
        put(test, "key0", null);
        test.log().roll();
        put(test, "tail", "t");
        assertThat(test.clean()).isTrue();
        assertThat(offsets(test)).containsExactly(7L, 8L, 9L, 10L);
        test.log().roll();
        put(test, "tail", "t2");
        test.nowMs += 999;
        assertThat(test.clean()).isTrue();
        assertThat(offsets(test)).containsExactly(7L, 8L, 9L, 10L, 11L);
        test.log().roll();
        put(test, "tail", "t3");
        test.nowMs += 1;
        assertThat(test.clean()).isTrue();
        assertThat(offsets(test)).containsExactly(7L, 8L, 11L, 12L);
    }

    @Test
    void aSmallMapTakesSeveralRounds() throws IOException {
        TestFolder test = folder(ALWAYS);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 200; i++) {
                put(test, "key" + i, "value" + round);
            }
        }
        test.log().roll();
        put(test, "tail", "t");
        CompactionSettings or = CompactionSettings.defaults();
        CompactionSettings small = new CompactionSettings(true, 1, 1, 0.9, 4096, Double.MAX_VALUE, 1);
        assertThat(small.loadFactor()).isEqualTo(or.loadFactor());
        List<Long> ends = new ArrayList<>();
        while (test.clean(small)) {
            ends.add(test.log().cleanedOffset());
        }
        assertThat(ends).hasSizeGreaterThan(3).isSorted().endsWith(400L);
        assertThat(offsets(test)).hasSize(201).first().isEqualTo(200L);
    }

    @Test
    void aDamagedLogIsMarkedAndTheOthersAreCleaned() throws IOException {
        TestFolder test = folder(ALWAYS);
        fill(test, 0, 60);
        test.log().roll();
        fill(test, 60, 1);
        Path first = new SegmentNames(test.partitionPath(), 0).log();
        byte[] content = files.content(first).clone();
        content[BatchHeader.SIZE_BYTES + 5] ^= 1;
        files.put(first, content);
        assertThat(test.clean()).isFalse();
        assertThat(test.log().uncleanableReason()).contains("CRC").contains(first.toString());
        assertThat(test.folder.failure()).isNull();
        assertThat(test.clean()).isFalse();
        // And nothing of the attempt is left, reads and appends go on
        assertThat(files.list(test.partitionPath()))
                .noneMatch(file -> file.toString().endsWith(".cleaned"));
        fill(test, 61, 1);
        assertThat(test.log().endOffset()).isEqualTo(62);
    }

    @Test
    void truncationMakesWhatComesInItsPlaceDirty() throws IOException {
        TestFolder test = folder(ALWAYS);
        fill(test, 0, 30);
        test.log().roll();
        fill(test, 30, 1);
        assertThat(test.clean()).isTrue();
        test.log().truncateTo(20);
        assertThat(test.log().cleanedOffset()).isLessThanOrEqualTo(20);
    }

    @Test
    void aReaderKeepsTheOldSegmentUntilItIsDone() throws IOException {
        TestFolder test = folder(ALWAYS);
        fill(test, 0, 30);
        test.log().roll();
        fill(test, 30, 1);
        try (LogSlice slice = test.log().read(0, 300, Long.MAX_VALUE, true)) {
            assertThat(test.clean()).isTrue();
            test.tick(120_000);
            ByteBuffer bytes = ByteBuffer.allocate(slice.sizeBytes());
            slice.copyTo(0, bytes);
            assertThat(BatchHeader.baseOffset(bytes, 0)).isZero();
        }
        assertThat(files.list(test.partitionPath()))
                .anyMatch(file -> file.toString().endsWith(".deleted"));
        test.tick(120_000);
        assertThat(files.list(test.partitionPath()))
                .noneMatch(file -> file.toString().endsWith(".deleted"));
    }

    @Test
    void theTransactionIndexTellsOfAnAbortedTransactionWhileItsMarkerIsNeeded() throws IOException {
        TestFolder test = folder(ALWAYS);
        test.append(new BatchBuilder()
                .producer(7, (short) 0, 0)
                .transactional()
                .append(test.nowMs, bytes("key"), bytes("aborted"))
                .build());
        test.append(TransactionTest.marker(7, 0, false, test.nowMs));
        test.log().roll();
        put(test, "tail", "t");
        assertThat(test.clean()).isTrue();
        assertThat(test.log().producers().aborted(0, 3)).containsExactly(new AbortedTransaction(7, 0, 1, 2));
        test.restart();
        assertThat(test.log().producers().aborted(0, 3)).containsExactly(new AbortedTransaction(7, 0, 1, 2));
        assertThat(offsets(test)).containsExactly(2L);
    }

    @Test
    void theLastSequenceOfAProducerOutlivesItsRecords() throws IOException {
        TestFolder test = folder(ALWAYS);
        for (int i = 0; i < 3; i++) {
            test.append(new BatchBuilder()
                    .producer(5, (short) 0, i)
                    .append(test.nowMs, bytes("key"), bytes("v" + i))
                    .build());
        }
        put(test, "key", "last");
        test.log().roll();
        put(test, "tail", "t");
        assertThat(test.clean()).isTrue();
        assertThat(offsets(test)).containsExactly(3L, 4L);
        // When all snapshots are gone and the log is all there is
        test.log().flush();
        files.killed();
        for (Path file : files.list(test.partitionPath())) {
            if (file.toString().endsWith(".snapshot")) {
                files.deleteIfExists(file);
            }
        }
        test.open();
        // Then a repeated batch is still known, and the next one fits
        ByteBuffer again = new BatchBuilder()
                .producer(5, (short) 0, 2)
                .append(test.nowMs, bytes("key"), bytes("v2"))
                .build();
        assertThat(test.tryAppend(again, 0).duplicate()).isTrue();
    }

    @Test
    void theByteBoundAndTheSlicesMakeTheCleanerRest() {
        long[] nowNanos = {0};
        long[] rested = {0};
        var clock = new dev.ottla.base.Clock() {
            @Override
            public long wallMs() {
                return 0;
            }

            @Override
            public long monotonicNanos() {
                return nowNanos[0];
            }
        };
        CleanerPace pace = new CleanerPace(clock, () -> 1_000_000, nanos -> {
            rested[0] += nanos;
            nowNanos[0] += nanos;
        });
        CleanerPace.Runner runner = pace.runner(() -> false);
        for (int i = 0; i < 100; i++) {
            runner.spent(100_000);
        }
        // 10 MB at 1 MB a second
        assertThat(rested[0]).isBetween(9_800_000_000L, 10_100_000_000L);
        nowNanos[0] += 20 * CleanerPace.SLICE_NANOS;
        rested[0] = 0;
        runner.spent(1);
        assertThat(rested[0]).isEqualTo(20 * CleanerPace.SLICE_NANOS);
    }
}
