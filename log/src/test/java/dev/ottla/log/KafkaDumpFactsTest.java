package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Files;
import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.BatchScan;
import dev.ottla.log.inspect.Damage;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.EntryFile;
import dev.ottla.log.inspect.Finding;
import dev.ottla.log.inspect.LogFile;
import dev.ottla.log.inspect.PartitionFiles;
import dev.ottla.log.inspect.PartitionMarks;
import dev.ottla.log.inspect.Report;
import dev.ottla.log.repair.RepairPlan;
import dev.ottla.log.repair.RepairPlanner;
import dev.ottla.log.repair.Repairer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the inspection says of a file is what Apache Kafka's own tool says of it. */
class KafkaDumpFactsTest {
    private static final Pattern BATCH = Pattern.compile("baseOffset: (\\d+) lastOffset: (\\d+) count: (\\d+)"
            + " baseSequence: (-?\\d+) lastSequence: -?\\d+ producerId: (-?\\d+) producerEpoch: (-?\\d+)"
            + " partitionLeaderEpoch: (-?\\d+) isTransactional: (\\w+) isControl: (\\w+) .*?position: (\\d+)"
            + " CreateTime: (-?\\d+) size: (\\d+) magic: 2 compresscodec: (\\w+) crc: (\\d+) isvalid: true");
    private static final Pattern INDEX = Pattern.compile("(?m)^offset: (\\d+) position: (\\d+)$");
    private static final Pattern TIME = Pattern.compile("(?m)^timestamp: (\\d+) offset: (\\d+)$");
    private static final Pattern HOLE =
            Pattern.compile("Non-consecutive offsets in \\S+\n(  -?\\d+ is followed by \\d+\n){1,2}");
    private static final Report NOBODY = new Report() {
        @Override
        public void finding(Finding finding) {}

        @Override
        public void progress(long bytes) {}
    };

    @TempDir
    Path home;

    @Test
    void batchesAndIndexEntriesAreThoseOfKafkasTool() throws IOException {
        TestFolder test = InspectedFolder.filled(Files.system(), home, 100);

        int compared = compareAll(test.partitionPath());

        assertThat(compared).isGreaterThan(150);
    }

    @Test
    void kafkasToolReadsWhatARepairLeaves() throws IOException {
        // Given a log with a flipped bit in a closed segment and one in the last, repaired
        TestFolder test = InspectedFolder.filled(Files.system(), home, 100);
        Path folder = test.partitionPath();
        PartitionFiles partition = PartitionFiles.list(Files.system(), folder);
        flip(partition.segments().getFirst().log());
        flip(partition.segments().getLast().log());
        PartitionMarks marks = DataFolder.open(Files.system(), home).marks(partition.name());
        RepairPlan plan = new RepairPlanner(Files.system(), partition, marks).plan(NOBODY);
        assertThat(plan.lost()).hasSize(2);
        new Repairer(Files.system(), partition, plan, marks.recoveryPoint()).run();

        // When both look at it, then they see the same, and Kafka's tool finds nothing wrong
        assertThat(compareAll(folder)).isGreaterThan(100);
        for (Path file : PartitionFiles.list(Files.system(), folder).all()) {
            if (file.toString().matches(".*\\.(log|index|timeindex|txnindex)")) {
                // Of a hole it says what it says of one that compaction made
                String dump = KafkaDumpLogTest.dump("--files", file.toString(), "--deep-iteration");
                KafkaDumpLogTest.assertClean(file, HOLE.matcher(dump).replaceFirst(""));
                KafkaDumpLogTest.assertClean(
                        file, KafkaDumpLogTest.dump("--files", file.toString(), "--verify-index-only"));
            }
        }
    }

    private static void flip(Path file) throws IOException {
        byte[] content = java.nio.file.Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        java.nio.file.Files.write(file, content);
    }

    private static int compareAll(Path folder) throws IOException {
        int compared = 0;
        for (Path file : PartitionFiles.list(Files.system(), folder).all()) {
            String name = file.toString();
            if (name.endsWith(".log")) {
                compared += compare(file, BATCH, ours(file));
            } else if (name.endsWith(".index")) {
                compared += compare(file, INDEX, ourIndex(file));
            } else if (name.endsWith(".timeindex")) {
                compared += compare(file, TIME, ourTimes(file));
            }
        }
        return compared;
    }

    private static int compare(Path file, Pattern line, List<String> ours) throws IOException {
        List<String> theirs = line.matcher(KafkaDumpLogTest.dump("--files", file.toString()))
                .results()
                .map(KafkaDumpFactsTest::fields)
                .toList();
        assertThat(ours).as(file.toString()).isEqualTo(theirs);
        return ours.size();
    }

    private static String fields(MatchResult match) {
        List<String> fields = new ArrayList<>();
        for (int group = 1; group <= match.groupCount(); group++) {
            fields.add(match.group(group));
        }
        return String.join(" ", fields);
    }

    private static List<String> ours(Path path) throws IOException {
        List<String> batches = new ArrayList<>();
        long base = Long.parseLong(path.getFileName().toString().substring(0, 20));
        try (LogFile file = LogFile.open(Files.system(), path)) {
            new BatchScan(file, BatchScan.Bounds.from(base)).run(new BatchScan.Visitor() {
                @Override
                public void batch(BatchInfo batch) {
                    batches.add(String.format(
                            Locale.ROOT,
                            "%d %d %d %d %d %d %d %b %b %d %d %d %s %d",
                            batch.baseOffset(),
                            batch.lastOffset(),
                            batch.count(),
                            batch.baseSequence(),
                            batch.producerId(),
                            batch.producerEpoch(),
                            batch.leaderEpoch(),
                            batch.isTransactional(),
                            batch.isControl(),
                            batch.position(),
                            batch.maxTimestampMs(),
                            batch.sizeBytes(),
                            batch.codec(),
                            Integer.toUnsignedLong(batch.crc())));
                }

                @Override
                public void damage(Damage damage) {
                    throw new AssertionError(damage);
                }
            });
        }
        return batches;
    }

    private static List<String> ourIndex(Path path) throws IOException {
        long base = Long.parseLong(path.getFileName().toString().substring(0, 20));
        List<String> entries = new ArrayList<>();
        try (var file = EntryFile.offsets(Files.system(), path)) {
            for (var entry = file.next(); entry != null; entry = file.next()) {
                entries.add((base + entry.relativeOffset()) + " " + entry.position());
            }
        }
        return entries;
    }

    private static List<String> ourTimes(Path path) throws IOException {
        long base = Long.parseLong(path.getFileName().toString().substring(0, 20));
        List<String> entries = new ArrayList<>();
        try (var file = EntryFile.times(Files.system(), path)) {
            for (var entry = file.next(); entry != null; entry = file.next()) {
                entries.add(entry.timestampMs() + " " + (base + entry.relativeOffset()));
            }
        }
        return entries;
    }
}
