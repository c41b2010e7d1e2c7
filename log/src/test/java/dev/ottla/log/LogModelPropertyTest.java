package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded sequences of operations on a log and on a model that is a list of batches: both must always show the same. */
class LogModelPropertyTest {
    private static final int RUNS = 150;
    private static final int STEPS = 150;

    private record Expected(long baseOffset, ByteBuffer bytes, long maxTimestampMs) {
        long next() {
            return BatchHeader.lastOffset(bytes, 0) + 1;
        }
    }

    private final List<Expected> model = new ArrayList<>();
    private long logStart;
    private long logEnd;
    private long forced;
    private long startForced;
    private TestFolder test;
    private SimulatedFiles files;
    private RandomSource random;

    @ParameterizedTest
    @ValueSource(strings = {"clean", "killed", "power"})
    void theLogIsTheModel(String faults) throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            begin(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    step(faults);
                }
                check();
            } catch (AssertionError | RuntimeException | IOException failure) {
                throw new AssertionError("seed " + seed + ", faults " + faults + ": " + failure, failure);
            }
        }
    }

    private void begin(long seed) throws IOException {
        random = RandomSource.seeded(seed);
        files = new SimulatedFiles();
        files.worthwhileForces = (seed & 1) == 0 ? 0 : Integer.MAX_VALUE;
        test = new TestFolder(files, Path.of("/data"), TestFolder.small(700 + below(3000)));
        test.log();
        model.clear();
        logStart = 0;
        logEnd = 0;
        forced = 0;
        startForced = 0;
    }

    private int below(int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }

    private void step(String faults) throws IOException {
        switch (below(20)) {
            case 0 -> {
                test.log().roll();
                forced = Math.max(forced, test.log().flushedOffset());
            }
            case 1 -> deleteRecords();
            case 2 -> retain();
            case 3 -> truncate();
            case 4 -> {
                test.log().flush();
                forced = logEnd;
            }
            case 5 -> test.tick(70_000);
            case 6 -> {
                if (faults.equals("clean")) {
                    test.restart();
                } else {
                    crash(faults);
                }
                check();
            }
            case 7, 8 -> readSomewhere();
            case 9 -> lookUp();
            default -> append();
        }
        assertThat(test.log().endOffset()).isEqualTo(logEnd);
        assertThat(test.log().startOffset()).isEqualTo(logStart);
    }

    private void append() {
        test.nowMs += below(1000);
        String[] values = new String[1 + below(4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = "x".repeat(below(120));
        }
        ByteBuffer batch = TestFolder.batch(test.nowMs - below(5000), values);
        AppendResult result = test.append(batch);
        assertThat(result.baseOffset()).isEqualTo(logEnd);
        logEnd = result.lastOffset() + 1;
        model.add(new Expected(result.baseOffset(), batch, BatchHeader.maxTimestampMs(batch, 0)));
    }

    private void deleteRecords() {
        long target = logStart + below((int) (logEnd - logStart) + 1);
        test.log().deleteRecords(target);
        logStart = Math.max(logStart, target);
        startForced = logStart;
    }

    private void retain() throws IOException {
        if (below(8) == 0) {
            test.nowMs += test.config.retentionMs() + 10_000;
        }
        test.log().applyRetention(test.nowMs);
        long start = test.log().startOffset();
        for (Expected batch : model) {
            if (batch.next() > logStart && batch.next() <= start) {
                assertThat(test.nowMs - batch.maxTimestampMs()).isGreaterThan(test.config.retentionMs());
            }
        }
        assertThat(start).isGreaterThanOrEqualTo(logStart);
        logStart = start;
    }

    private void truncate() {
        if (below(3) != 0) {
            return;
        }
        long target = logStart + below((int) (logEnd - logStart) + 1);
        test.log().truncateTo(target);
        cutModel(target);
        forced = Math.min(forced, logEnd);
    }

    private void cutModel(long target) {
        if (target >= logEnd) {
            return;
        }
        long end = target;
        for (Expected batch : model) {
            if (batch.baseOffset() < target && batch.next() > target) {
                end = batch.baseOffset();
            }
        }
        long newEnd = end;
        model.removeIf(batch -> batch.baseOffset() >= newEnd);
        logEnd = newEnd;
        logStart = Math.min(logStart, logEnd);
        startForced = Math.min(startForced, logStart);
    }

    private void crash(String faults) throws IOException {
        long flushed = test.log().flushedOffset();
        if (faults.equals("power")) {
            files.powerCut(random);
        } else {
            files.killed();
        }
        test.open();
        PartitionLog log = test.log();
        assertThat(log.offlineReason()).isNull();
        // Then nothing forced is lost, and a killed process loses nothing at all
        assertThat(log.endOffset()).isBetween(Math.max(forced, flushed), logEnd);
        if (faults.equals("killed")) {
            assertThat(log.endOffset()).isEqualTo(logEnd);
        }
        long end = log.endOffset();
        model.removeIf(batch -> batch.next() > end);
        logEnd = end;
        assertThat(log.startOffset()).isBetween(startForced, Math.max(logStart, logEnd));
        logStart = log.startOffset();
        forced = logEnd;
        log.advanceHighWatermark(logEnd);
    }

    private void readSomewhere() throws IOException {
        if (logEnd == logStart) {
            return;
        }
        long from = logStart + below((int) (logEnd - logStart));
        int maxBytes = below(2000);
        long end = from + 1 + below((int) (logEnd - from) + 3);
        try (LogSlice slice = test.log().read(from, maxBytes, end, true)) {
            ByteBuffer bytes = ByteBuffer.allocate(slice.sizeBytes());
            slice.copyTo(0, bytes);
            bytes.flip();
            int total = 0;
            for (Expected expected : model) {
                if (expected.next() <= from || !bytes.hasRemaining()) {
                    continue;
                }
                assertThat(expected.next()).isLessThanOrEqualTo(end);
                int size = expected.bytes().remaining();
                assertThat(bytes.slice(bytes.position(), size)).isEqualTo(expected.bytes());
                bytes.position(bytes.position() + size);
                total += size;
                assertThat(total <= maxBytes || total == size).isTrue();
            }
            assertThat(bytes.hasRemaining()).isFalse();
            Expected first = model.stream()
                    .filter(batch -> batch.next() > from)
                    .findFirst()
                    .orElseThrow();
            assertThat(slice.sizeBytes() > 0).isEqualTo(first.next() <= end);
        }
    }

    private void lookUp() {
        // Half of the time the very timestamp that an index entry may hold.
        boolean exact = !model.isEmpty() && below(2) == 0;
        long since = exact ? model.get(below(model.size())).maxTimestampMs() : test.nowMs - below(20_000);
        TimestampOffset found = test.log().offsetForTime(since);
        Long expected = null;
        for (Expected batch : model) {
            for (int i = 0; i < BatchHeader.count(batch.bytes(), 0) && expected == null; i++) {
                long offset = batch.baseOffset() + i;
                if (offset >= logStart && BatchHeader.baseTimestampMs(batch.bytes(), 0) + i >= since) {
                    expected = offset;
                }
            }
        }
        assertThat(found == null ? null : (Long) found.offset()).isEqualTo(expected);
    }

    private void check() throws IOException {
        List<ByteBuffer> expected = model.stream()
                .filter(batch -> batch.next() > logStart)
                .map(Expected::bytes)
                .toList();
        try {
            assertThat(TestFolder.readAll(test.log(), logStart, 700)).isEqualTo(expected);
        } catch (OttlaException refused) {
            throw new AssertionError("reading all from " + logStart + " to " + logEnd, refused);
        }
    }
}
