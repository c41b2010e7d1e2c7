package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsIT {
    private static TestBroker broker;

    @BeforeAll
    static void start(@TempDir Path data) {
        broker = TestBroker.start(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void linesComeBackInOrder() {
        // Given a topic with a line for each record, an empty one and a last one without end among them
        broker.topic("lines", 1);
        var produced = broker.with("one\n\nthree", "produce", "lines");

        // Then they are counted, and read back as they were
        assertThat(produced.exitCode()).as(produced.err()).isZero();
        assertThat(produced.out()).isEqualTo("3 records to 'lines' (partition 0: offsets 0 to 2)\n");
        var consumed = broker.run("consume", "lines", "--stop-at-end");
        assertThat(consumed.exitCode()).as(consumed.err()).isZero();
        assertThat(consumed.out()).isEqualTo("one\n\nthree\n");
    }

    @Test
    void programsGetTheResultAsJson() {
        broker.topic("result", 2);

        JsonNode result =
                broker.with("a\nb\n", "produce", "result", "-p", "1", "--json").json();

        assertThat(result.get("topic").asText()).isEqualTo("result");
        assertThat(result.get("records").asInt()).isEqualTo(2);
        assertThat(result.get("partitions")).hasSize(1);
        JsonNode partition = result.get("partitions").get(0);
        assertThat(partition.get("partition").asInt()).isEqualTo(1);
        assertThat(partition.get("records").asInt()).isEqualTo(2);
        assertThat(partition.get("firstOffset").asLong()).isZero();
        assertThat(partition.get("lastOffset").asLong()).isEqualTo(1);
    }

    @Test
    void keysHeadersAndTombstonesArriveWhole() {
        broker.topic("keyed", 1);
        broker.with("a=1\na=NULL\n", "produce", "keyed", "-s", "=", "--null", "NULL", "-H", "trace=7");

        assertThat(broker.run("consume", "keyed", "-e", "-f", "key-value").out())
                .isEqualTo("a\t1\na\tnull\n");
        assertThat(broker.run("consume", "keyed", "-e", "-s", " -> ", "--null", "")
                        .out())
                .isEqualTo("a -> 1\na -> \n");
        List<JsonNode> records = broker.run("consume", "keyed", "-e", "--json").jsonLines();
        assertThat(records.get(0).toString())
                .containsPattern("\\{\"topic\":\"keyed\",\"partition\":0,\"offset\":0,\"timestamp\":\\d+,"
                        + "\"timestampType\":\"CreateTime\",\"key\":\"a\",\"value\":\"1\","
                        + "\"headers\":\\[\\{\"key\":\"trace\",\"value\":\"7\"}]}");
        assertThat(records.get(1).get("value").isNull()).isTrue();
    }

    @Test
    void aTopicCanBeCopiedAsJson() {
        // Given a topic with every kind of record
        broker.topic("original", 2);
        broker.topic("copy", 2);
        broker.with("""
                {"key": "k", "value": "v", "headers": {"a": "b"}, "partition": 1, "timestamp": 1795341600000}
                {"valueBase64": "/wAB"}
                {"key": "gone", "value": null}
                """, "produce", "original", "-f", "json");

        // When it is read and written again
        String records = broker.run("consume", "original", "-e", "--json").out();
        var copied = broker.with(records, "produce", "copy", "-f", "json");

        // Then the copy is the same, but for the name
        assertThat(copied.exitCode()).as(copied.err()).isZero();
        assertThat(records.lines()).hasSize(3);
        assertThat(broker.run("consume", "copy", "-e", "--json").out().lines())
                .containsExactlyInAnyOrderElementsOf(records.lines()
                        .map(line -> line.replace("original", "copy"))
                        .toList());
    }

    @Test
    void aKeyStaysOnItsPartition() {
        broker.topic("sticky", 4);
        for (int i = 0; i < 3; i++) {
            broker.with("a:1\nb:1\nc:1\n", "produce", "sticky", "-s", ":");
        }

        var partitions = broker.run("consume", "sticky", "-e", "--json").jsonLines().stream()
                .map(record ->
                        record.get("key").asText() + record.get("partition").asInt())
                .distinct();

        assertThat(partitions).hasSize(3);
    }

    @Test
    void readingBeginsWhereItIsTold() {
        // Given ten records, a second apart
        broker.topic("tenth", 1);
        String lines = IntStream.range(0, 10)
                .mapToObj("{\"value\": \"%d\", \"timestamp\": 179534160%<d000}\n"::formatted)
                .reduce("", String::concat);
        broker.with(lines, "produce", "tenth", "-f", "json");

        // Then each way to begin finds its record
        assertThat(values("--from-offset", "7")).containsExactly("7", "8", "9");
        assertThat(values("--from-offset", "-2")).containsExactly("8", "9");
        assertThat(values("--from-offset", "-200", "-n", "1")).containsExactly("0");
        assertThat(values("--from-offset", "200")).isEmpty();
        assertThat(values("--from-time", "2026-11-22T10:00:07Z")).containsExactly("7", "8", "9");
        assertThat(values("--from-time", "1795341605500")).containsExactly("6", "7", "8", "9");
        assertThat(values("--from-time", "2126-11-22")).isEmpty();
        assertThat(values("--from-beginning", "--count", "2")).containsExactly("0", "1");
    }

    private static List<String> values(String... how) {
        var command = new ArrayList<>(List.of("consume", "tenth", "--stop-at-end"));
        command.addAll(List.of(how));
        var run = broker.run(command.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().lines().toList();
    }

    @Test
    void onlyTheChosenPartitionsAreRead() {
        broker.topic("parted", 3);
        for (int partition = 0; partition < 3; partition++) {
            broker.with("p" + partition, "produce", "parted", "-p", Integer.toString(partition));
        }

        assertThat(broker.run("consume", "parted", "-e", "--partitions", "2,0")
                        .out()
                        .lines())
                .containsExactlyInAnyOrder("p0", "p2");
    }

    @Test
    void followingShowsWhatIsWrittenMeanwhile() {
        // Given a consumer that follows a topic from its end
        broker.topic("followed", 1);
        broker.with("before\n", "produce", "followed");
        var following = CompletableFuture.supplyAsync(() -> broker.run("consume", "followed", "--count", "1"));

        // When records are written until it has seen one
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            broker.with("after\n", "produce", "followed");
            return following.isDone();
        });

        // Then it saw a new one
        assertThat(following.join().out()).isEqualTo("after\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCodecCanBeReadBack(String codec) {
        String topic = "codec-" + codec;
        broker.topic(topic, 1);
        String lines = "the same again and again\n".repeat(500);

        var produced = broker.with(lines, "produce", topic, "--compression", codec);

        assertThat(produced.exitCode()).as(produced.err()).isZero();
        assertThat(broker.run("consume", topic, "-e").out()).isEqualTo(lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "all"})
    void everyKindOfAcknowledgementWrites(String acks) {
        String topic = "acks-" + acks;
        broker.topic(topic, 1);

        var produced = broker.with("x\n", "produce", topic, "--acks", acks, "--json");

        assertThat(produced.exitCode()).as(produced.err()).isZero();
        assertThat(produced.json().get("records").asInt()).isEqualTo(1);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(broker.run("consume", topic, "-e").out()).isEqualTo("x\n"));
    }

    @Test
    void aLineThatIsNoRecordStopsAndIsNamed() {
        // Given two good lines and a bad one
        broker.topic("mixed", 1);
        var run = broker.with("{\"value\":\"a\"}\n{\"value\":\"b\"}\nnonsense\n", "produce", "mixed", "-f", "json");

        // Then the good ones are written and the bad one is named
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).startsWith("2 records to 'mixed'");
        assertThat(run.err()).contains("line 3 was not written").contains("not JSON");
        assertThat(broker.run("consume", "mixed", "-e").out()).isEqualTo("a\nb\n");
    }

    @Test
    void aRecordThatTheBrokerRefusesIsNamed() {
        broker.run("topic", "create", "small", "-c", "max.message.bytes=1000");

        var run = broker.with("x".repeat(5000), "produce", "small", "--json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.error().get("error").asText()).isEqualTo("MESSAGE_TOO_LARGE");
        assertThat(run.error().get("message").asText()).contains("line 1 was not written");
    }

    @Test
    void whatIsNotThereIsSaidAtOnce() {
        broker.topic("short", 2);

        assertThat(broker.run("consume", "missing", "-e").exitCode()).isEqualTo(4);
        assertThat(broker.run("topic", "describe", "missing").exitCode()).isEqualTo(4);
        var consumed = broker.run("consume", "short", "-e", "--partitions", "2");
        assertThat(consumed.exitCode()).isEqualTo(4);
        assertThat(consumed.err()).contains("no partition 2", "0 to 1");
        var produced = broker.with("x\n", "produce", "short", "-p", "2");
        assertThat(produced.exitCode()).isEqualTo(4);
        assertThat(produced.err()).contains("no partition 2");
    }

    @Test
    void anEmptyInputIsNoFailure() {
        broker.topic("empty", 1);

        assertThat(broker.with("", "produce", "empty").out()).isEqualTo("0 records to 'empty'\n");
        assertThat(broker.run("consume", "empty", "-e").out()).isEmpty();
    }
}
