package dev.ottla.cli.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** How a record is written to standard output: one line each. */
sealed interface OutputFormat {
    void write(ConsumerRecord<byte[], byte[]> record, OutputStream out) throws IOException;

    /** The value's bytes as they are. */
    record Value(String nullText) implements OutputFormat {
        @Override
        public void write(ConsumerRecord<byte[], byte[]> record, OutputStream out) throws IOException {
            out.write(orNull(record.value(), nullText));
            out.write('\n');
        }
    }

    /** Key, separator, value. */
    record KeyValue(String separator, String nullText) implements OutputFormat {
        @Override
        public void write(ConsumerRecord<byte[], byte[]> record, OutputStream out) throws IOException {
            out.write(orNull(record.key(), nullText));
            out.write(separator.getBytes(StandardCharsets.UTF_8));
            out.write(orNull(record.value(), nullText));
            out.write('\n');
        }
    }

    /** All of a record as JSON: what is not UTF-8 is Base64 under a name that says so. */
    record JsonLines() implements OutputFormat {
        private static final JsonFactory FACTORY =
                new JsonFactoryBuilder().rootValueSeparator((String) null).build();

        @Override
        public void write(ConsumerRecord<byte[], byte[]> record, OutputStream out) throws IOException {
            try (JsonGenerator json = FACTORY.createGenerator(out)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
                json.writeStartObject();
                json.writeStringField("topic", record.topic());
                json.writeNumberField("partition", record.partition());
                json.writeNumberField("offset", record.offset());
                json.writeNumberField("timestamp", record.timestamp());
                json.writeStringField("timestampType", record.timestampType().toString());
                bytes(json, "key", record.key());
                bytes(json, "value", record.value());
                json.writeArrayFieldStart("headers");
                for (Header header : record.headers()) {
                    json.writeStartObject();
                    json.writeStringField("key", header.key());
                    bytes(json, "value", header.value());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            out.write('\n');
        }

        private static void bytes(JsonGenerator json, String name, byte @Nullable [] bytes) throws IOException {
            if (bytes == null) {
                json.writeNullField(name);
                return;
            }
            try {
                json.writeStringField(
                        name,
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(bytes))
                                .toString());
            } catch (CharacterCodingException notText) {
                json.writeBinaryField(name + "Base64", bytes);
            }
        }
    }

    private static byte[] orNull(byte @Nullable [] bytes, String nullText) {
        return bytes == null ? nullText.getBytes(StandardCharsets.UTF_8) : bytes;
    }
}
