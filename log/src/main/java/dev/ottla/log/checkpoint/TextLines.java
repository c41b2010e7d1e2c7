package dev.ottla.log.checkpoint;

import java.io.IOException;
import java.util.List;

/** The frame that Kafka's text checkpoints share: version, count, as many lines. */
record TextLines(List<String> entries) {
    static TextLines of(String text, String what) throws IOException {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2) {
            throw new IOException("The " + what + " is cut off");
        }
        if (!lines.get(0).trim().equals("0")) {
            throw new IOException("Unknown version of the " + what + ": " + lines.get(0));
        }
        List<String> entries = lines.subList(2, lines.size()).stream()
                .filter(line -> !line.isBlank())
                .toList();
        if (number(lines.get(1).trim(), lines.get(1)) != entries.size()) {
            throw new IOException("The " + what + " says " + lines.get(1) + " entries and has " + entries.size());
        }
        return new TextLines(entries);
    }

    static String[] words(String line, int count, String what) throws IOException {
        String[] words = line.trim().split("\\s+", -1);
        if (words.length != count) {
            throw new IOException("Malformed line in the " + what + ": " + line);
        }
        return words;
    }

    static long number(String text, String line) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException malformed) {
            throw new IOException("Malformed line in a checkpoint: " + line, malformed);
        }
    }
}
