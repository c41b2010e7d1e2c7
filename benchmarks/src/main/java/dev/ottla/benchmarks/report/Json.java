package dev.ottla.benchmarks.report;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON text of maps, collections, strings, numbers, booleans and nulls. */
public final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    public static String text(@Nullable Object value) {
        Json json = new Json();
        json.write(value, 0);
        return json.out.append('\n').toString();
    }

    private void write(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> object(map, depth);
            case Collection<?> items -> array(items, depth);
            case Double number when !Double.isFinite(number) -> out.append("null");
            case Number number -> out.append(number);
            case Boolean yes -> out.append(yes);
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map, int depth) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        out.append('{');
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            newLine(depth + 1);
            string(String.valueOf(entry.getKey()));
            out.append(": ");
            write(entry.getValue(), depth + 1);
            out.append(entries.hasNext() ? "," : "");
        }
        newLine(depth);
        out.append('}');
    }

    /** On one line when it holds nothing that has lines of its own. */
    private void array(Collection<?> items, int depth) {
        boolean isFlat = items.stream().noneMatch(each -> each instanceof Map || each instanceof Collection);
        out.append('[');
        Iterator<?> each = items.iterator();
        while (each.hasNext()) {
            Object item = each.next();
            if (!isFlat) {
                newLine(depth + 1);
            }
            write(item, depth + 1);
            out.append(each.hasNext() ? (isFlat ? ", " : ",") : "");
        }
        if (!isFlat) {
            newLine(depth);
        }
        out.append(']');
    }

    private void newLine(int depth) {
        out.append('\n').append("  ".repeat(depth));
    }

    private void string(String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
