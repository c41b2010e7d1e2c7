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

    /** What stands between white space. By hand: a folder of ten thousand partitions has tens of thousands of lines. */
    static String[] words(String whole, int count, String what) throws IOException {
        String line = whole.trim();
        String[] words = new String[count];
        int found = 0;
        int at = 0;
        while (true) {
            int from = skip(line, at, true);
            if (from == line.length()) {
                break;
            }
            at = skip(line, from, false);
            if (found < count) {
                words[found] = line.substring(from, at);
            }
            found++;
        }
        if (found != count) {
            throw new IOException("Malformed line in the " + what + ": " + line);
        }
        return words;
    }

    /** The first position from {@code at} on with no white space, or with some. */
    private static int skip(String line, int at, boolean blank) {
        int position = at;
        while (position < line.length() && isBlank(line.charAt(position)) == blank) {
            position++;
        }
        return position;
    }

    /** No other control character: one that damage has left must not part a number. */
    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    static long number(String text, String line) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException malformed) {
            throw new IOException("Malformed line in a checkpoint: " + line, malformed);
        }
    }
}
