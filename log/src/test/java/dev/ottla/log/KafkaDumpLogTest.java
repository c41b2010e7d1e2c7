package dev.ottla.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.log.compact.RandomTraffic;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.tools.DumpLogSegments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apache Kafka's own tool reads every file of a partition's folder, and has nothing to complain about. */
class KafkaDumpLogTest {
    private static final Pattern COMPLAINT = Pattern.compile(
            "mismatch|non-consecutive|could not|corrupt|not found|found timestamp|isvalid: false|exception|invalid",
            Pattern.CASE_INSENSITIVE);

    /** What the tool says of every segment that does not begin at 0, Kafka's own included. */
    private static final Pattern FIRST_RECORD =
            Pattern.compile("Non-consecutive offsets in \\S+\n  -1 is followed by \\d+\n");

    @TempDir
    Path home;

    @Test
    void theToolComplainsOfTheFirstOffsetOfKafkasOwnSegments() throws IOException {
        Path file = home.resolve("00000000000000000171.log");
        try (FileRecords records = FileRecords.open(file.toFile())) {
            records.append(MemoryRecords.withRecords(
                    171, Compression.gzip().build(), new SimpleRecord("a".getBytes(StandardCharsets.UTF_8))));
        }
        assertThat(dump("--files", file.toString(), "--deep-iteration")).containsPattern(FIRST_RECORD);
    }

    @Test
    void kafkaDumpLogReadsEveryFile() throws IOException {
        // Given a log of several segments: all codecs, idempotent producers, aborted and committed transactions, two
        // epochs
        TestFolder test = new TestFolder(Files.system(), home, TestFolder.small(6000));
        fill(test);
        test.restart();
        fillTransactions(test);
        test.restart();
        test.runAll();

        // When Kafka's tool reads the files
        List<Path> files = Files.system().list(test.partitionPath());
        String names = files.stream()
                .map(file -> file.getFileName().toString())
                .toList()
                .toString();
        assertThat(names)
                .contains(".log", ".index", ".timeindex", ".txnindex", ".snapshot", "leader-epoch-checkpoint")
                .contains("partition.metadata");
        int looked = 0;
        for (Path file : files) {
            if (file.toString().matches(".*\\.(log|index|timeindex|txnindex|snapshot)")) {
                looked++;
                String dump = dump("--files", file.toString(), "--deep-iteration", "--verify-index-only");
                assertClean(file, dump);
                assertClean(file, dump("--files", file.toString(), "--index-sanity-check"));
                assertClean(file, dump("--files", file.toString(), "--deep-iteration"));
            }
        }
        assertThat(looked).isGreaterThan(10);
    }

    /** What the tool says of every hole, those that Kafka's own cleaner leaves too. */
    private static final Pattern HOLE =
            Pattern.compile("Non-consecutive offsets in \\S+\n  \\d+ is followed by \\d+\n");

    @Test
    void kafkaDumpLogReadsWhatCompactionLeaves() throws IOException {
        // Given a log that was cleaned twice: all codecs, tombstones, transactions of both kinds
        CompactionConfig always = new CompactionConfig(0.01, 0, Long.MAX_VALUE, 100);
        TestFolder test = new TestFolder(Files.system(), home, TestFolder.compacted(6000, always));
        RandomTraffic traffic = new RandomTraffic(RandomSource.seeded(3), 40);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 300; i++) {
                test.nowMs += 5;
                test.append(traffic.next(test.nowMs));
            }
            for (var end = traffic.endOne(test.nowMs); end != null; end = traffic.endOne(test.nowMs)) {
                test.append(end);
            }
            test.log().roll();
            test.append(TransactionTest.marker(99, 0, true, test.nowMs));
            assertThat(test.clean()).isTrue();
        }
        test.restart();

        // When Kafka's tool reads the files, then it complains of nothing but holes
        int looked = 0;
        for (Path file : Files.system().list(test.partitionPath())) {
            if (file.toString().matches(".*\\.(log|index|timeindex|txnindex|snapshot)")) {
                looked++;
                for (String check : List.of("--verify-index-only", "--index-sanity-check", "--deep-iteration")) {
                    String dump = dump("--files", file.toString(), check);
                    assertClean(file, HOLE.matcher(dump).replaceAll(""));
                }
            }
        }
        assertThat(looked).isGreaterThan(6);
    }

    static void assertClean(Path file, String dump) {
        String relevant = FIRST_RECORD.matcher(dump).replaceAll("");
        assertThat(relevant.lines().filter(line -> COMPLAINT.matcher(line).find()))
                .as(file.toString())
                .isEmpty();
    }

    static String dump(String... arguments) throws IOException {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream capture = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setOut(capture);
        System.setErr(capture);
        try {
            DumpLogSegments.main(arguments);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void fill(TestFolder test) {
        for (int i = 0; i < 200; i++) {
            test.nowMs += 10;
            BatchBuilder builder = new BatchBuilder().codec(requireNonNull(Codec.byId(i % 5)));
            if (i % 3 == 0) {
                builder.producer(i % 2, (short) 0, i / 6 * 3);
            }
            ByteBuffer batch = TestFolder.fill(builder, test.nowMs - i % 7 * 40L, "value-" + i, "b", "c")
                    .build();
            AppendResult result = test.tryAppend(batch, i < 100 ? 0 : 1);
            assertThat(result.succeeded()).as(result.toString()).isTrue();
            test.log().advanceHighWatermark(result.lastOffset() + 1);
        }
    }

    private static void fillTransactions(TestFolder test) {
        for (int i = 0; i < 20; i++) {
            ByteBuffer data = TestFolder.fill(
                            new BatchBuilder().producer(50, (short) 0, i).transactional(), test.nowMs, "t")
                    .build();
            test.append(data);
            test.append(TransactionTest.marker(50, 0, i % 2 == 0, test.nowMs));
        }
    }
}
