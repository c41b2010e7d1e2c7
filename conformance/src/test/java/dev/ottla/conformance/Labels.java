package dev.ottla.conformance;

import java.util.HashMap;
import java.util.Map;

/** Names for what each broker chooses by itself (ids): the same thing gets the same label, counted by first appearance. */
final class Labels {
    private final Map<String, String> labels = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /** Such as {@code <topic 1>}; the value given again, under the same kind, has the same label. */
    String of(String kind, String value) {
        return labels.computeIfAbsent(
                kind + ":" + value, _ -> "<" + kind + " " + counts.merge(kind, 1, Integer::sum) + ">");
    }
}
