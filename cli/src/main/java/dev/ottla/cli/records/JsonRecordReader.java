package dev.ottla.cli.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.Given;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * A record from one line of JSON: {@code key}, {@code value} (text; an object, a list or a number is taken as its JSON),
 * or {@code keyBase64}, {@code valueBase64} for bytes; {@code headers} (an object, or a list of {@code {key, value}});
 * {@code partition}; {@code timestamp} in ms. What else {@code ottla consume} writes is passed over.
 */
final class JsonRecordReader {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final List<String> OTHERS = List.of("topic", "offset", "timestampType");

    private @Nullable Integer partition;
    private @Nullable Long timestampMs;
    private byte @Nullable [] key;
    private byte @Nullable [] value;
    private final List<Header> headers = new ArrayList<>();

    private JsonRecordReader() {}

    static ProducerRecord<byte[], byte[]> read(byte[] line, Target target) {
        var reader = new JsonRecordReader();
        try (JsonParser parser = FACTORY.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Given.usage("not a JSON object.");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                reader.field(name, parser);
            }
            if (parser.nextToken() != null) {
                throw Given.usage("more than one JSON object.");
            }
        } catch (JsonProcessingException e) {
            throw Given.usage("not JSON: %s.".formatted(e.getOriginalMessage()));
        } catch (IOException e) {
            throw Given.usage("not JSON: %s.".formatted(e.getMessage()));
        }
        return target.record(reader.partition, reader.timestampMs, reader.key, reader.value, reader.headers);
    }

    private void field(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "key" -> key = text(parser);
            case "keyBase64" -> key = base64(name, parser);
            case "value" -> value = text(parser);
            case "valueBase64" -> value = base64(name, parser);
            case "headers" -> headers(parser);
            case "partition" ->
                partition = isNull(parser) ? null : Math.toIntExact(number(name, parser, Integer.MAX_VALUE));
            case "timestamp" -> timestampMs = isNull(parser) ? null : number(name, parser, Long.MAX_VALUE);
            default -> {
                if (!OTHERS.contains(name)) {
                    throw unknown(name);
                }
                parser.skipChildren();
            }
        }
    }

    private static CommandFailure unknown(String name) {
        return Given.usage(("no field '%s' in a record: it has key, value, keyBase64, valueBase64, headers, partition"
                        + " and timestamp.")
                .formatted(name));
    }

    private static boolean isNull(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    private static byte @Nullable [] text(JsonParser parser) throws IOException {
        if (isNull(parser)) {
            return null;
        }
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText().getBytes(StandardCharsets.UTF_8);
        }
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
            generator.copyCurrentStructure(parser);
        }
        return bytes.toByteArray();
    }

    private static byte @Nullable [] base64(String name, JsonParser parser) throws IOException {
        if (isNull(parser)) {
            return null;
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw Given.usage("'%s' is text in Base64.".formatted(name));
        }
        return parser.getBinaryValue();
    }

    private static long number(String name, JsonParser parser, long most) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < 0
                || parser.getLongValue() > most) {
            throw Given.usage("'%s' is a whole number from 0 to %d.".formatted(name, most));
        }
        return parser.getLongValue();
    }

    private void headers(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case VALUE_NULL -> {}
            case START_OBJECT -> {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    headers.add(new RecordHeader(name, text(parser)));
                }
            }
            case START_ARRAY -> {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    headers.add(header(parser));
                }
                if (parser.currentToken() != JsonToken.END_ARRAY) {
                    throw Given.usage("'headers' is a list of objects with key and value.");
                }
            }
            default -> throw Given.usage("'headers' is an object, or a list of objects with key and value.");
        }
    }

    private static Header header(JsonParser parser) throws IOException {
        String name = null;
        byte[] content = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "key" -> name = parser.getText();
                case "value" -> content = text(parser);
                case "valueBase64" -> content = base64(field, parser);
                default -> throw Given.usage("a header has key, value and valueBase64, not '%s'.".formatted(field));
            }
        }
        if (name == null) {
            throw Given.usage("a header without key.");
        }
        return new RecordHeader(name, content);
    }
}
