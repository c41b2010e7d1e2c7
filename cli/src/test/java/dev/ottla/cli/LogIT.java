package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator looks into a data folder, with and without a broker on it, and repairs a partition. */
class LogIT {
    private static final int RECORDS = 3_000;
    /** More than the last one has. */
    private static final int LAST_GROUP_BYTES = 65_536;

    @TempDir
    Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    private Run log(String command, String... more) {
        var words = new java.util.ArrayList<>(List.of("log", command, "--data", data().toString()));
        words.addAll(List.of(more));
        return Run.of(words.toArray(String[]::new));
    }

    /** Three segments of a kilobyte a record. */
    private void fill(TestBroker broker) {
        assertThat(broker.run("topic", "create", "orders", "--config", "segment.bytes=1048576")
                        .exitCode())
                .isZero();
        produce(broker, RECORDS);
    }

    private static void produce(TestBroker broker, int records) {
        String lines = IntStream.range(0, records)
                .mapToObj(i -> "k" + i + ":" + "v".repeat(1_000) + "\n")
                .collect(Collectors.joining());
        var produced = broker.with(lines, "produce", "orders", "--key-separator", ":");
        assertThat(produced.exitCode()).as(produced.err()).isZero();
    }

    private static Set<Long> offsets(TestBroker broker) {
        var consumed = broker.run("consume", "orders", "--from-beginning", "--stop-at-end", "--json");
        assertThat(consumed.exitCode()).as(consumed.err()).isZero();
        return consumed.jsonLines().stream()
                .map(record -> record.get("offset").asLong())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whileABrokerRunsTheEndIsLeftOutAndNothingIsRepaired() {
        try (var broker = TestBroker.start(data())) {
            fill(broker);

            var verified = log("verify", "--json");
            assertThat(verified.exitCode()).as(verified.out()).isZero();
            assertThat(verified.err()).contains("the end of each log may be moving");
            assertThat(verified.jsonLines().getLast().get("whole").asBoolean()).isTrue();

            var dumped = log("dump", "orders-0", "--records", "--offset", "10", "--count", "2", "--json");
            assertThat(dumped.exitCode()).as(dumped.err()).isZero();
            assertThat(dumped.jsonLines().stream()
                            .filter(line -> line.get("type").asText().equals("record"))
                            .map(line -> line.get("key").asText()))
                    .startsWith("k10", "k11");

            var stats = log("stats", "--json").jsonLines();
            assertThat(stats.getFirst().get("partition").asText()).isEqualTo("orders-0");
            assertThat(stats.getFirst().get("records").asInt()).isEqualTo(RECORDS);
            assertThat(stats.getFirst().get("segments").asInt()).isGreaterThan(2);
            assertThat(stats.getLast().get("totalBytes").asLong()).isGreaterThan(RECORDS * 1_000L);

            var repair = log("repair", "orders-0", "--yes");
            assertThat(repair.exitCode()).isEqualTo(6);
            assertThat(repair.err()).contains("Stop the broker first");
        }
    }

    @Test
    void aDamagedPartitionIsRepairedAndReadOverTheHole() throws IOException {
        // Given a log that was closed in order and is whole
        try (var broker = TestBroker.start(data())) {
            fill(broker);
        }
        assertThat(log("verify").exitCode()).isZero();

        // When a bit flips in the middle of a closed segment, and a start must look at it
        Path partition = data().resolve("orders-0");
        Path closed = partition.resolve("00000000000000000000.log");
        byte[] content = Files.readAllBytes(closed);
        content[content.length / 2] ^= 8;
        Files.write(closed, content);
        Files.delete(partition.resolve("00000000000000000000.index"));
        try (var broker = TestBroker.start(data())) {
            var refused = broker.with("a:b\n", "produce", "orders", "--key-separator", ":", "--timeout", "3");
            assertThat(refused.exitCode()).isNotZero();
        }

        // Then a verification says where, and a repair which offsets would be lost, changing nothing
        var verified = log("verify");
        assertThat(verified.exitCode()).isEqualTo(1);
        assertThat(verified.out()).contains(closed.toString(), "fails its CRC", "ottla log repair orders-0");
        var planned = log("repair", "orders-0");
        assertThat(planned.exitCode()).isEqualTo(1);
        assertThat(planned.out()).contains("Would be lost: offsets ");
        assertThat(planned.err()).contains("nothing was changed", "--yes");
        assertThat(Files.readAllBytes(closed)).isEqualTo(content);

        // And when it is repaired, all else is read, and the log goes on where it ended
        var repaired = log("repair", "orders-0", "--yes", "--json");
        assertThat(repaired.exitCode()).as(repaired.err()).isZero();
        JsonNode lost = repaired.json().get("lost").get(0);
        TreeSet<Long> expected = new TreeSet<>();
        for (long offset = 0; offset < RECORDS; offset++) {
            if (offset < lost.get("firstOffset").asLong()
                    || offset > lost.get("lastOffset").asLong()) {
                expected.add(offset);
            }
        }
        assertThat(expected).hasSizeBetween(RECORDS - 100, RECORDS - 1);
        assertThat(Files.readAllBytes(partition.resolve("00000000000000000000.log.damaged")))
                .isEqualTo(content);
        assertThat(log("verify").exitCode()).isZero();
        try (var broker = TestBroker.start(data())) {
            assertThat(offsets(broker)).isEqualTo(expected);
            produce(broker, 1);
            expected.add((long) RECORDS);
            assertThat(offsets(broker)).isEqualTo(expected);
        }
    }

    @Test
    void whatIsLostAtTheEndIsNotUsedAgain() throws IOException {
        // Given a log whose last segment lost its second half after it was closed in order
        try (var broker = TestBroker.start(data())) {
            fill(broker);
        }
        Path partition = data().resolve("orders-0");
        Path last;
        try (var files = Files.list(partition)) {
            last = files.filter(file -> file.toString().endsWith(".log"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
        byte[] content = Files.readAllBytes(last);
        Files.write(last, java.util.Arrays.copyOf(content, content.length / 2));

        // When it is repaired
        assertThat(log("verify").exitCode()).isEqualTo(1);
        var repaired = log("repair", "orders-0", "--yes");
        assertThat(repaired.exitCode()).as(repaired.err()).isZero();
        assertThat(repaired.out()).contains("to " + (RECORDS - 1) + " (");

        // Then the next record has the next offset all the same
        assertThat(log("verify").exitCode()).isZero();
        try (var broker = TestBroker.start(data())) {
            produce(broker, 1);
            var offsets = offsets(broker);
            assertThat(offsets).contains(0L, (long) RECORDS).doesNotContain(RECORDS - 1L);
        }
    }

    @Test
    void aDamagedJournalIsGivenUpOnlyWhenToldSo() throws IOException {
        // Given the disk as a killed broker leaves it, with a bit flipped in every group of the journal's last file but
        // the last
        Path killed = folder.resolve("killed");
        try (var broker = TestBroker.start(data())) {
            fill(broker);
            try (var files = Files.walk(data())) {
                // What the checkpointer has not renamed yet may be gone by the time that it is copied
                for (Path file :
                        files.filter(each -> !each.toString().endsWith(".tmp")).toList()) {
                    Files.copy(file, killed.resolve(data().relativize(file).toString()));
                }
            }
        }
        Path last;
        try (var files = Files.list(killed.resolve("ottla-journal"))) {
            last = files.filter(file -> file.toString().endsWith(".journal"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
        byte[] content = Files.readAllBytes(last);
        int used = content.length;
        while (content[used - 1] == 0) {
            used--;
        }
        for (int at = 4096; at < used - LAST_GROUP_BYTES; at += 4096) {
            content[at + 100] ^= 1;
        }
        Files.write(last, content);
        String dataFolder = killed.toString();

        // When a start is tried, then it says what to do
        assertThatThrownBy(() -> TestBroker.start(killed).close())
                .hasStackTraceContaining("./ottla log repair ottla-journal");

        // When the repair is asked what it would do, then nothing changes
        var planned = Run.of("log", "repair", "ottla-journal", "--data", dataFolder);
        assertThat(planned.exitCode()).as(planned.out() + planned.err()).isEqualTo(1);
        // The checkpointer may have been there before the disk was copied: then no deletion of before can be undone
        boolean recorded = planned.out().contains("orders-0: offsets from " + RECORDS + " on come from the journal");
        assertThat(planned.out()).contains(last.toString(), "from position 4096 on", "orders-0");
        assertThat(planned.out()
                        .lines()
                        .filter(line -> line.contains("is undone"))
                        .toList())
                .allMatch(line -> line.contains("may be there again: ")
                        && line.contains("orders-0 offsets 0 to " + (RECORDS - 1)))
                .hasSize(recorded ? 0 : 1);
        assertThat(planned.err()).contains("nothing was changed", "--yes");
        assertThat(Files.readAllBytes(last)).isEqualTo(content);
        assertThat(Run.of("log", "repair", "orders-0", "--data", dataFolder).err())
                .contains("ottla log repair ottla-journal");

        // When it is told to, then a broker starts with all that the segments still had
        var repaired = Run.of("log", "repair", "ottla-journal", "--yes", "--data", dataFolder);
        assertThat(repaired.exitCode()).as(repaired.out() + repaired.err()).isZero();
        assertThat(repaired.out()).contains("No offset is known to be lost", "journal.damaged");
        assertThat(killed.resolve("ottla-kept").resolve("journal.damaged").resolve(last.getFileName()))
                .hasBinaryContent(content);
        try (var broker = TestBroker.start(killed)) {
            assertThat(offsets(broker)).hasSize(RECORDS);
            produce(broker, 1);
            assertThat(offsets(broker)).contains((long) RECORDS);
        }
    }

    @Test
    void whatCannotBeReadIsSaid() {
        var run = log("verify");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("There is no data folder", "--data");
    }
}
