package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.log.compact.RandomTraffic;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random traffic on a compacted log, cleaned at random moments, stopped in order, killed or without power. What a reader gets is held against a model
 * that remembers everything that was ever appended.
 */
class CompactionModelPropertyTest {
    private static final int RUNS = Integer.getInteger("ottla.compaction.runs", 60);
    private static final int STEPS = 160;
    private static final long JOURNAL_BYTES = 1 << 20;
    private static final long DELETE_RETENTION_MS = 2000;

    /** All batches in the log by base offset, as they were appended. */
    private final TreeMap<Long, ByteBuffer> model = new TreeMap<>();

    private SimulatedFiles files = new SimulatedFiles();
    private RandomSource random = RandomSource.seeded(0);
    private RandomTraffic traffic = new RandomTraffic(random, 1);
    private TestFolder test = newFolder();
    private long logStart;
    /** Up to where it was ever cleaned: a truncation may have made it count as dirty again. */
    private long everCleaned;

    /** When each tombstone was first seen below that. */
    private final Map<Long, Long> firstCleanedMs = new HashMap<>();

    private int removed;

    private TestFolder newFolder() {
        try {
            return new TestFolder(files, Path.of("/data"), TestFolder.small(1000));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private LogConfig config() {
        return TestFolder.compacted(
                900 + below(2500), new CompactionConfig(0.01, 0, Long.MAX_VALUE, DELETE_RETENTION_MS));
    }

    private int below(int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clean", "killed", "power", "journal, killed", "journal, power"})
    void whatIsLeftIsWhatKafkaPromises(String faults) throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            begin(seed, faults.startsWith("journal") ? JOURNAL_BYTES : 0);
            try {
                for (int step = 0; step < STEPS; step++) {
                    step(faults);
                }
                check();
            } catch (AssertionError | RuntimeException | IOException failure) {
                throw new AssertionError("seed " + seed + ", faults " + faults + ": " + failure, failure);
            }
        }
        assertThat(removed).isGreaterThan(RUNS * 10);
    }

    private void begin(long seed, long journalBytes) throws IOException {
        random = RandomSource.seeded(seed);
        files = new SimulatedFiles();
        files.worthwhileForces = (seed & 1) == 0 ? 0 : Integer.MAX_VALUE;
        traffic = new RandomTraffic(random, 1 + below(30));
        test = new TestFolder(files, Path.of("/data"), config(), journalBytes);
        var _ = test.log();
        model.clear();
        firstCleanedMs.clear();
        logStart = 0;
        everCleaned = 0;
    }

    private void step(String faults) throws IOException {
        switch (below(24)) {
            case 0, 1, 2 -> clean();
            case 3 -> test.log().roll();
            case 4 -> test.log().flush();
            case 5 -> endTransactions();
            case 6 -> test.tick(below(3) == 0 ? 70_000 : 1500);
            case 7 -> restart(faults);
            case 8 -> deleteRecords();
            case 9 -> truncate();
            case 10, 12, 13 -> commit(faults);
            case 14 -> check();
            case 11 -> lookUp();
            default -> append(traffic.next(test.nowMs));
        }
    }

    private void append(ByteBuffer batch) {
        test.nowMs += below(50);
        AppendResult result = test.tryAppend(batch, 0);
        if (!result.succeeded() || result.duplicate()) {
            // The producer does not know what this log remembers of it, or has forgotten
            return;
        }
        model.put(result.baseOffset(), batch);
    }

    /** As the journal's force or the replicas have it: what a power cut can take back is never committed. */
    private void commit(String faults) throws IOException {
        switch (faults) {
            case "power" -> test.log().flush();
            case "journal, killed", "journal, power" -> test.commit();
            default -> {}
        }
        long highWatermark = test.log().highWatermark();
        test.log().advanceHighWatermark(highWatermark + below((int) (test.log().endOffset() - highWatermark) + 1));
    }

    private void endTransactions() {
        for (ByteBuffer marker = traffic.endOne(test.nowMs); marker != null; marker = traffic.endOne(test.nowMs)) {
            append(marker);
        }
    }

    private void clean() throws IOException {
        if (below(2) == 0) {
            test.log().flush();
        }
        CompactionSettings or = CompactionSettings.defaults();
        long mapBytes = below(4) == 0 ? 1 : or.dedupeBufferBytes();
        int ioBytes = 16 << below(8);
        boolean cleaned = test.clean(new CompactionSettings(
                true, 1, mapBytes, or.loadFactor(), ioBytes, or.maxIoBytesPerSecond(), or.backoffMs()));
        if (cleaned) {
            check();
        }
    }

    private void restart(String faults) throws IOException {
        long end = test.log().endOffset();
        long committed = test.log().highWatermark();
        Map<Long, String> producers = producers();
        switch (faults) {
            case "clean" -> test.restart();
            case "killed", "journal, killed" -> {
                files.killed();
                test.open();
            }
            default -> {
                files.powerCut(random);
                test.open();
            }
        }
        PartitionLog log = test.log();
        assertThat(log.offlineReason()).isNull();
        assertThat(log.endOffset()).isBetween(committed, end);
        if (faults.equals("clean") || faults.equals("killed")) {
            assertThat(log.endOffset()).isEqualTo(end);
        }
        if (log.endOffset() == end) {
            assertThat(producers()).isEqualTo(producers);
        }
        cutModel(log.endOffset());
        logStart = log.startOffset();
        log.advanceHighWatermark(log.endOffset());
        traffic = log.endOffset() == end ? traffic : new RandomTraffic(random, 1 + below(30));
        check();
    }

    private Map<Long, String> producers() {
        Map<Long, String> known = new HashMap<>();
        for (ProducerSummary producer : test.log().producers().active()) {
            known.put(producer.producerId(), producer.epoch() + " " + producer.lastSequence());
        }
        return known;
    }

    private void deleteRecords() {
        if (below(3) == 0) {
            long end = test.log().highWatermark();
            test.log().deleteRecords(logStart + below((int) (end - logStart) + 1));
            logStart = test.log().startOffset();
        }
    }

    private void truncate() {
        long end = test.log().endOffset();
        if (below(3) != 0 || end == logStart) {
            return;
        }
        // Only what is not committed is ever truncated, and only what is committed is cleaned.
        long target = Math.max(test.log().highWatermark(), end - below(30));
        test.log().truncateTo(target);
        assertThat(test.log().endOffset()).isLessThanOrEqualTo(target);
        assertThat(test.log().cleanedOffset())
                .isLessThanOrEqualTo(Math.max(0, test.log().endOffset()));
        cutModel(test.log().endOffset());
        logStart = test.log().startOffset();
        traffic = new RandomTraffic(random, 1 + below(30));
    }

    private void cutModel(long end) {
        model.tailMap(end, true).clear();
    }

    private void lookUp() {
        long since = test.nowMs - below(4000);
        TimestampOffset found = test.log().offsetForTime(since);
        try {
            Long expected = null;
            for (VisibleRecords.Entry entry : all()) {
                if (expected == null && entry.timestampMs() >= since) {
                    expected = entry.offset();
                }
            }
            assertThat(found == null ? null : (Long) found.offset()).isEqualTo(expected);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Every record in the log, markers and aborted ones too. */
    private List<VisibleRecords.Entry> all() throws IOException {
        List<VisibleRecords.Entry> entries = new ArrayList<>();
        try (Compression compression = new Compression()) {
            for (ByteBuffer batch : TestFolder.readAll(test.log(), logStart, 500)) {
                entries.addAll(VisibleRecords.of(batch, compression, logStart));
            }
        }
        return entries;
    }

    private void check() throws IOException {
        List<VisibleRecords.Entry> expected = expected();
        List<VisibleRecords.Entry> actual = VisibleRecords.of(test.log());
        long cleaned = Math.max(test.log().cleanedOffset(), 0);
        everCleaned = Math.max(everCleaned, cleaned);
        Map<Long, VisibleRecords.Entry> byOffset = new HashMap<>();
        expected.forEach(entry -> byOffset.put(entry.offset(), entry));
        Map<String, Long> lastOfKey = new HashMap<>();
        expected.stream()
                .filter(entry -> entry.offset() < everCleaned && entry.key() != null)
                .forEach(entry -> lastOfKey.put(entry.key(), entry.offset()));

        // Nothing is there that was not written there, in order
        long last = -1;
        for (VisibleRecords.Entry entry : actual) {
            assertThat(entry).as(this::describe).isEqualTo(byOffset.get(entry.offset()));
            assertThat(entry.offset()).isGreaterThan(last);
            last = entry.offset();
            if (entry.offset() < cleaned && cleaned == everCleaned) {
                assertThat(entry.key()).isNotNull();
                assertThat(entry.offset())
                        .as(() -> entry + " cleaned to " + cleaned + " of " + describe())
                        .isEqualTo(lastOfKey.get(entry.key()));
            }
        }
        // Everything is there that must not be lost
        Map<Long, VisibleRecords.Entry> there = new HashMap<>();
        actual.forEach(entry -> there.put(entry.offset(), entry));
        for (VisibleRecords.Entry entry : expected) {
            boolean latest = entry.key() != null && lastOfKey.getOrDefault(entry.key(), -1L) == entry.offset();
            if (entry.offset() >= everCleaned || (latest && (entry.value() != null || !mayBeGone(entry)))) {
                assertThat(there)
                        .as("at " + entry.offset() + ", cleaned to " + cleaned)
                        .containsKey(entry.offset());
            } else if (!there.containsKey(entry.offset())) {
                removed++;
            }
        }
    }

    private String describe() {
        StringBuilder text = new StringBuilder("what was appended:");
        try (Compression compression = new Compression()) {
            model.forEach((offset, batch) -> text.append("\n")
                    .append(offset)
                    .append(" of ")
                    .append(BatchHeader.producerId(batch, 0))
                    .append(BatchHeader.isTransactional(batch, 0) ? " in a transaction" : "")
                    .append(BatchHeader.isControl(batch, 0) ? ", its end: " + isCommit(batch) : "")
                    .append(' ')
                    .append(VisibleRecords.of(batch, compression, 0)));
        }
        return text.toString();
    }

    private static boolean isCommit(ByteBuffer marker) {
        return marker.getShort(BatchHeader.SIZE_BYTES + 7) == 1;
    }

    /** A tombstone may go when it was met by a cleaning at least the retention ago. */
    private boolean mayBeGone(VisibleRecords.Entry tombstone) {
        long since = firstCleanedMs.computeIfAbsent(tombstone.offset(), any -> test.nowMs);
        return test.nowMs - since >= DELETE_RETENTION_MS;
    }

    /** What a reader of a log that is never cleaned would get. */
    private List<VisibleRecords.Entry> expected() {
        List<VisibleRecords.Entry> entries = new ArrayList<>();
        Map<Long, List<VisibleRecords.Entry>> open = new HashMap<>();
        try (Compression compression = new Compression()) {
            for (ByteBuffer batch : model.values()) {
                long producerId = BatchHeader.producerId(batch, 0);
                if (BatchHeader.isControl(batch, 0)) {
                    List<VisibleRecords.Entry> ended = open.remove(producerId);
                    boolean commit = isCommit(batch);
                    if (!commit && ended != null) {
                        entries.removeAll(ended);
                    }
                    continue;
                }
                List<VisibleRecords.Entry> records = VisibleRecords.of(batch, compression, logStart);
                entries.addAll(records);
                if (BatchHeader.isTransactional(batch, 0)) {
                    open.computeIfAbsent(producerId, any -> new ArrayList<>()).addAll(records);
                }
            }
        }
        return entries;
    }
}
