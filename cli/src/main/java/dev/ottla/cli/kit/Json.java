package dev.ottla.cli.kit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object in the making, written by Jackson's streaming API: its data binding costs more start-up time than the
 * broker's answer takes. Values: text, numbers, booleans, null, paths, {@code Json}, and iterables of these.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    public static Json object() {
        return new Json();
    }

    public Json with(String name, @Nullable Object value) {
        fields.put(name, value);
        return this;
    }

    /**
     * Writes a whole document, indented, with a newline.
     *
     * @param value an object or an iterable of objects
     */
    public static void print(PrintStream out, Object value) {
        out.println(text(value, true));
    }

    /** One document on one line. */
    public static String line(Object value) {
        return text(value, false);
    }

    private static String text(Object value, boolean indented) {
        var text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            if (indented) {
                var printer = new DefaultPrettyPrinter();
                generator.setPrettyPrinter(printer);
            }
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case Json object -> {
                generator.writeStartObject();
                for (var field : object.fields.entrySet()) {
                    generator.writeFieldName(field.getKey());
                    write(generator, field.getValue());
                }
                generator.writeEndObject();
            }
            // A path would be an iterable of its names
            case Path path -> generator.writeString(path.toString());
            case Iterable<?> values -> {
                generator.writeStartArray();
                for (Object each : values) {
                    write(generator, each);
                }
                generator.writeEndArray();
            }
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Short number -> generator.writeNumber(number);
            case Boolean bool -> generator.writeBoolean(bool);
            default -> generator.writeString(value.toString());
        }
    }
}
