package dev.ottla.coordinator.consumer;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large a pattern becomes once its repetitions are written out, at most: RE2 needs that many steps for each character that it matches, and
 * {@code ((a{1,100}){1,100}){1,100}} is a million of them in 27 characters. Read before the pattern is compiled; what is no pattern at all is left for the
 * compiler to say.
 */
final class PatternSize {
    private final String pattern;
    private final Deque<Long> outer = new ArrayDeque<>();
    private int at;
    /** Of the group that is being read: all of it, and its last piece, which a repetition is about. */
    private long group;

    private long piece;
    private int deepest;

    private PatternSize(String pattern) {
        this.pattern = pattern;
    }

    /** @param steps at least as many as the compiled pattern has, or Long.MAX_VALUE */
    record Bound(long steps, int depth) {}

    static Bound of(String pattern) {
        PatternSize size = new PatternSize(pattern);
        size.read();
        return new Bound(size.group, size.deepest);
    }

    private void read() {
        while (at < pattern.length()) {
            char next = pattern.charAt(at++);
            switch (next) {
                case '(' -> open();
                case ')' -> close();
                case '[' -> {
                    skipClass();
                    add(1);
                }
                case '\\' -> escaped();
                case '*', '+', '?' -> repeat(2);
                case '{' -> counted();
                default -> add(1);
            }
        }
        while (!outer.isEmpty()) {
            close();
        }
    }

    private void open() {
        outer.push(group);
        deepest = Math.max(deepest, outer.size());
        group = 0;
        piece = 0;
    }

    private void close() {
        if (outer.isEmpty()) {
            return;
        }
        long inside = group;
        group = outer.pop();
        // Two steps note where the group begins and ends.
        add(saturated(inside + 2, inside));
    }

    private void add(long size) {
        piece = size;
        group = saturated(group + size, group);
    }

    private void repeat(long times) {
        long before = group - piece;
        long repeated = piece == 0 || times <= (Long.MAX_VALUE >> 1) / piece ? piece * times : Long.MAX_VALUE >> 1;
        piece = repeated;
        group = saturated(before + repeated, before);
    }

    private static long saturated(long sum, long part) {
        return sum < part ? Long.MAX_VALUE >> 1 : Math.min(sum, Long.MAX_VALUE >> 1);
    }

    private void escaped() {
        if (pattern.startsWith("Q", at)) {
            int end = pattern.indexOf("\\E", at);
            int to = end < 0 ? pattern.length() : end;
            add(to - at);
            at = end < 0 ? to : end + 2;
            return;
        }
        at++;
        add(1);
    }

    /** {n}, {n,} or {n,m}; anything else is itself. */
    private void counted() {
        int end = pattern.indexOf('}', at);
        String[] bounds = end < 0 ? new String[0] : pattern.substring(at, end).split(",", -1);
        if (bounds.length < 1 || bounds.length > 2 || !isNumber(bounds[0])) {
            add(1);
            return;
        }
        at = end + 1;
        long least = Long.parseLong(bounds[0]);
        boolean open = bounds.length == 2 && bounds[1].isEmpty();
        long most = bounds.length == 1 ? least : open ? least + 1 : isNumber(bounds[1]) ? Long.parseLong(bounds[1]) : 1;
        // A part that may be left out needs a step of its own to choose.
        repeat(Math.max(most, least) + 1);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void skipClass() {
        // A bracket that comes first is itself.
        int first = pattern.startsWith("^", at) ? at + 1 : at;
        for (at = pattern.startsWith("]", first) ? first + 1 : first; at < pattern.length(); at++) {
            char next = pattern.charAt(at);
            if (next == '\\') {
                at++;
            } else if (next == '[' && pattern.startsWith("[:", at) && pattern.indexOf(":]", at) > 0) {
                at = pattern.indexOf(":]", at) + 1;
            } else if (next == ']') {
                at++;
                return;
            }
        }
    }
}
