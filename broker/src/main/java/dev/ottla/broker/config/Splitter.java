package dev.ottla.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Lists in settings. */
final class Splitter {
    private Splitter() {}

    /** What stands between commas, without blanks around it and without what is empty. */
    static List<String> commas(String text) {
        List<String> parts = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(text, ",");
        while (tokens.hasMoreTokens()) {
            String part = tokens.nextToken().strip();
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }
}
