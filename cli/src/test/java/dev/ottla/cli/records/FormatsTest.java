package dev.ottla.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {
    private static final Target TARGET = new Target("orders", 3, null, List.of());
    private static final byte[] NOT_TEXT = {(byte) 0xff, 0, 1};

    @Test
    void aLineIsTheValue() {
        var record = new InputFormat.Value(null).parse(bytes("hello: you"), TARGET);
        assertThat(record.key()).isNull();
        assertThat(record.value()).asString().isEqualTo("hello: you");
    }

    @Test
    void keyAndValuePartAtTheFirstSeparator() {
        var record = new InputFormat.KeyValue("::", null).parse(bytes("a::b::c"), TARGET);
        assertThat(record.key()).asString().isEqualTo("a");
        assertThat(record.value()).asString().isEqualTo("b::c");
    }

    @Test
    void theNullMarkerMakesATombstone() {
        var record = new InputFormat.KeyValue(":", "NULL").parse(bytes("a:NULL"), TARGET);
        assertThat(record.key()).asString().isEqualTo("a");
        assertThat(record.value()).isNull();
    }

    @Test
    void jsonSaysAllOfARecord() {
        // Given a line with every field
        var line = bytes("""
                {"key": "k", "valueBase64": "/wAB", "headers": [{"key": "h", "value": "1"}, {"key": "h", "value": null}],
                 "partition": 2, "timestamp": 7, "topic": "other", "offset": 9, "timestampType": "CreateTime"}""");

        // When it is read
        ProducerRecord<byte[], byte[]> record = new InputFormat.JsonLines().parse(line, TARGET);

        // Then all is there, and the topic is still the command's
        assertThat(record.topic()).isEqualTo("orders");
        assertThat(record.key()).asString().isEqualTo("k");
        assertThat(record.value()).isEqualTo(NOT_TEXT);
        assertThat(record.partition()).isEqualTo(2);
        assertThat(record.timestamp()).isEqualTo(7);
        assertThat(record.headers())
                .containsExactly(new RecordHeader("h", bytes("1")), new RecordHeader("h", (byte[]) null));
    }

    @Test
    void aJsonValueThatIsNoTextIsTakenAsItsJson() {
        assertThat(json("{\"value\": {\"a\": [1, 2.5, null]}}").value())
                .asString()
                .isEqualTo("{\"a\":[1,2.5,null]}");
        assertThat(json("{\"value\": 12}").value()).asString().isEqualTo("12");
        assertThat(json("{\"value\": null, \"headers\": {\"a\": \"b\"}}").value())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "[1]",
                "{\"key\": \"a\"",
                "{\"key\": \"a\"} {}",
                "{\"nonsense\": 1}",
                "{\"partition\": -1}",
                "{\"partition\": 99999999999}",
                "{\"partition\": 99999999999999999999}",
                "{\"partition\": \"1\"}",
                "{\"timestamp\": 1.5}",
                "{\"valueBase64\": \"*\"}",
                "{\"valueBase64\": 1}",
                "{\"headers\": 1}",
                "{\"headers\": [1]}",
                "{\"headers\": [{\"value\": \"no key\"}]}",
                "{\"headers\": [{\"key\": \"a\", \"other\": 1}]}"
            })
    void jsonThatIsNoRecordIsAUsageError(String line) {
        assertThatThrownBy(() -> json(line))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE));
    }

    @Test
    void aPartitionThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> json("{\"partition\": 3}"))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_FOUND))
                .hasMessageContaining("0 to 2");
    }

    @Test
    void whatIsWrittenAsJsonCanBeReadBack() throws IOException {
        // Given a record with text, bytes and nulls
        var headers = new RecordHeaders();
        headers.add("text", bytes("ü"));
        headers.add("bytes", NOT_TEXT);
        var record = new ConsumerRecord<>(
                "orders",
                1,
                5L,
                42L,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                NOT_TEXT,
                bytes("{\"a\":\n1}"),
                headers,
                Optional.empty());

        // When it is written and read
        String line = write(new OutputFormat.JsonLines(), record);
        var back = json(line);

        // Then it is one line, and the same record
        assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
        assertThat(back.key()).isEqualTo(NOT_TEXT);
        assertThat(back.value()).isEqualTo(record.value());
        assertThat(back.partition()).isEqualTo(1);
        assertThat(back.timestamp()).isEqualTo(42);
        assertThat(back.headers()).containsExactly(headers.toArray());
    }

    @Test
    void textFormatsWriteBytesAsTheyAre() throws IOException {
        var record = new ConsumerRecord<byte[], byte[]>("orders", 0, 0, null, NOT_TEXT);
        var out = new ByteArrayOutputStream();

        new OutputFormat.Value("null").write(record, out);
        assertThat(out.toByteArray()).containsExactly(0xff, 0, 1, '\n');

        assertThat(new OutputFormat.KeyValue("|", "-")).satisfies(format -> {
            var pair = new ByteArrayOutputStream();
            format.write(record, pair);
            assertThat(pair.toByteArray()).containsExactly('-', '|', 0xff, 0, 1, '\n');
        });
    }

    private static ProducerRecord<byte[], byte[]> json(String line) {
        return new InputFormat.JsonLines().parse(bytes(line), TARGET);
    }

    private static String write(OutputFormat format, ConsumerRecord<byte[], byte[]> record) throws IOException {
        var out = new ByteArrayOutputStream();
        format.write(record, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
