package dev.ottla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One run of a command inside this JVM: its exit code and what it wrote. */
record Run(int exitCode, String out, String err) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Run of(String... command) {
        return with("", command);
    }

    /** @param input its standard input */
    static Run with(String input, String... command) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                List.of(command),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    JsonNode json() {
        return parse(out);
    }

    /** Standard error as the JSON of a failure. */
    JsonNode error() {
        return parse(err);
    }

    /** Standard output as one JSON document a line. */
    List<JsonNode> jsonLines() {
        return out.lines().map(Run::parse).toList();
    }

    private static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }
}
